"""What became of a correction that a person made, and what it puts instead."""

from collections.abc import Mapping
from typing import Any

from boloci.telling.tongue import Tongue


def state(tongue: Tongue, code: str, **details: Any) -> str:
    """What became of a correction.

    details    what its state rests on, where it is known: `guard`, the value that it
               expects; `later`, the one that replaced it; `parts`, the values that fit;
               `status`, as the file has it
    """
    known = {
        "checking": tongue.gettext("the source is being asked"),
        "unfit": tongue.gettext("fits no reported value"),
        "proposed": tongue.gettext("proposed: waits for somebody to accept it"),
        "accepted": tongue.gettext("accepted: enters figures at the next build"),
        "rejected": tongue.gettext("rejected"),
        "withdrawn": tongue.gettext("withdrawn"),
        "applied": tongue.gettext("applied: it is in the figures"),
        "stale": tongue.gettext("not applied: the source has changed"),
        "in_source": tongue.gettext("no longer needed: the source says the same"),
        "superseded": tongue.gettext("replaced by a later one"),
        "not_found": tongue.gettext("not applied: no source has this value"),
        "ambiguous": tongue.gettext("not applied: several values fit"),
        "unsigned": tongue.gettext("waits: no status, and who or why is not said"),
        "unknown_status": tongue.gettext("not applied: its status is not understood"),
        "unknown_element": tongue.gettext("not applied: element not known"),
        "unknown_place": tongue.gettext("not applied: place not known"),
    }
    if details:
        known |= _known_in_full(tongue)
    return known.get(code, code).format(**details)


def _known_in_full(tongue: Tongue) -> dict[str, str]:
    return {
        "stale": tongue.gettext("not applied: it expects {guard} in the source"),
        "superseded": tongue.gettext("replaced by {later}"),
        "ambiguous": tongue.gettext("not applied: the source has {parts}"),
        "unknown_status": tongue.gettext("not applied: status {status} not understood"),
    }


def instead(tongue: Tongue, action: str, value: float | None) -> str:
    """What counts in the place of the value reported."""
    if action == "drop":
        return tongue.gettext("set aside")
    if action == "flag":
        return tongue.gettext("kept, with a mark")
    return tongue.count(value)


def counted(tongue: Tongue, action: str, value: float | None) -> str:
    """The same inside a sentence: counted instead: 40."""
    counts = instead(tongue, action, value)
    if action in ("drop", "flag"):
        return counts
    return tongue.gettext("counted instead: {value}").format(value=counts)


def reported(tongue: Tongue, value: float | None) -> str:
    """The value in the source; or that there is none."""
    return tongue.gettext("nothing") if value is None else tongue.count(value)


def change(tongue: Tongue, correction: Mapping[str, Any]) -> str:
    """What a correction changes: reported 48, counted instead: 40."""
    return tongue.gettext("reported {reported}, {instead}").format(
        reported=reported(tongue, correction["reported"]),
        instead=counted(tongue, correction["action"], correction["corrected"]),
    )
