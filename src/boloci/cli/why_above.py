"""Why a coverage passes 100 %, on the screen: the causes, the likeliest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boloci.cli.language import _
from boloci.cli.showing import labelled
from boloci.cli.tongue import TONGUE
from boloci.telling import causes


def told(evidence: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and text of each line; none where there is no evidence."""
    for rank, cause in enumerate(evidence):
        name = _("why above 100 %") if rank == 0 else _("or")
        yield name, ", ".join([_cause(cause), *(_strength(cause) if rank == 0 else ())])


def _cause(cause: Mapping[str, Any]) -> str:
    """One cause: what it is, what it multiplies by, how likely it is the largest."""
    where = f" ({cause['unit']}, {cause['month']})" if cause["unit"] else ""
    named = causes.name(TONGUE, cause["cause"]) + where
    return labelled(named, causes.weight(TONGUE, cause))


def _strength(cause: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "strong": _("strong evidence"),
        "some": _("some evidence"),
        "cannot_tell": _("cannot tell what weighs most"),
    }
    yield words[cause["strength"]]
