"""Why a coverage passes 100 %, on the screen: the causes, the likeliest first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boloci.cli.language import _, ngettext, spoken
from boloci.cli.showing import number
from boloci.wording import chance_said


def told(evidence: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Name and text of each line; none where there is no evidence."""
    for rank, cause in enumerate(evidence):
        name = _("why above 100 %") if rank == 0 else _("or")
        yield name, ", ".join([_cause(cause), *(_strength(cause) if rank == 0 else ())])


def _cause(cause: Mapping[str, Any]) -> str:
    """One cause: what it is, what it multiplies by, how likely it is the largest."""
    words = {
        "target": _("the target counts too few children"),
        "over_reporting": _("more doses reported than given"),
        "outside": _("children from outside"),
        "spike": _("one month too high"),
        "late": _("late reports entered together"),
        "wrong_age": _("older children counted as under one"),
        "duplicate": _("one unit entered twice"),
    }
    where = f" ({cause['unit']}, {cause['month']})" if cause["unit"] else ""
    lift = _("coverage × {factor}").format(factor=number(cause["value"], 2))
    cases = 100 * cause["score"]
    chance = ngettext(
        "largest cause in {n} case of 100",
        "largest cause in {n} cases of 100",
        round(cases),
    ).format(n=chance_said(cases, spoken()))
    name = words.get(cause["cause"], cause["cause"])
    return _("{name}: {text}").format(name=name + where, text=f"{lift}, {chance}")


def _strength(cause: Mapping[str, Any]) -> Iterator[str]:
    words = {
        "strong": _("strong evidence"),
        "some": _("some evidence"),
        "cannot_tell": _("cannot tell what weighs most"),
    }
    yield words[cause["strength"]]
