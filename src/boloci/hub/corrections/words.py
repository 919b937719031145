"""What the pages of corrections say: values, what is in the way, what became of one.

Who reads it types no commands: what the command line says of the same is not repeated.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from boloci.codes import AGES, SEXES, STRATEGIES
from boloci.corrections import Choice
from boloci.hub import showing
from boloci.hub.corrections.models import Correction
from boloci.hub.current import workspace
from boloci.hub.imports import told
from boloci.hub.language import _
from boloci.hub.people.forms import place_name, sentences
from boloci.problems import Refused


def sexes() -> dict[str, str]:
    """Sex -> what readers call it."""
    return dict(zip(SEXES, (_("girls"), _("boys")), strict=True))


def ages() -> dict[str, str]:
    """Age -> what readers call it."""
    called = (
        _("0 to 11 months"),
        _("12 to 23 months"),
        _("24 to 59 months"),
        _("12 months and older"),
        _("others (pregnant women and so on)"),
    )
    return dict(zip(AGES, called, strict=True))


def strategies() -> dict[str, str]:
    """Strategy -> what readers call it."""
    called = (_("fixed post"), _("outreach"), _("mobile team"), _("campaign"))
    return dict(zip(STRATEGIES, called, strict=True))


def element(code: str) -> str:
    """What the catalogue calls an element; a source's own word as it is."""
    known = workspace().catalogue.elements
    return showing.words(dict(known[code].name)) if code in known else code


def part(sex: str, age: str, strategy: str) -> str:
    """The part of a total that a value is; blank for the total itself."""
    called = (sexes().get(sex, sex), ages().get(age, age))
    return ", ".join(filter(None, (*called, strategies().get(strategy, strategy))))


def choice(one: Choice) -> str:
    """A value that the source tells: girls, 0 to 11 months: 40."""
    what = part(one.sex, one.age, one.strategy) or _("all together")
    if one.element not in workspace().catalogue.elements:
        what = f"{what} ({one.element})"
    said = _("left blank") if one.value is None else showing.number(one.value, "doses")
    return _("{what}: {number}").format(what=what, number=said)


def refusal(error: Refused, typed: Mapping[str, str], *, listed: bool) -> list[str]:
    """Why a proposal is not kept; `listed`: whether values to choose stand below."""
    code = error.problems[0].code
    if code == "correction_of_several":
        return [
            _("The source gives several values here: choose the one that is wrong.")
        ]
    if code == "correction_of_nothing" and listed:
        return [_("The source does not give this value: choose one of those it gives.")]
    if code == "correction_of_nothing":
        return [_nothing()]
    if code == "correction_without_value" and typed["value"]:
        return [_("The right value is too large to be a number of doses.")]
    if code == "correction_without_value":
        return [_("Type the right value, or choose to set the value aside.")]
    return sentences(error)


def problems(kept: Iterable[Mapping[str, Any]]) -> list[str]:
    """Why a proposal that was kept no longer fits."""
    own = {
        "correction_of_several": _(
            "It does not say which of several values of the source is wrong."
        ),
        "correction_of_nothing": _nothing(),
    }
    found: list[str] = []
    for one in kept:
        known = own.get(one["code"])
        found += [known] if known else told.sentences([one])
    return found


def _nothing() -> str:
    return _(
        "No source gives this value. Look at the place, the month and what is counted;"
        " a number that is missing is entered with the choice to replace it."
    )


def elsewhere(place_id: str, own: str) -> str:
    """That the place is the reason why somebody may not propose."""
    return _(
        "{place} is not in {own}: you propose corrections for {own} and the places in"
        " it. What you typed is below; nothing was kept."
    ).format(place=place_name(place_id), own=place_name(own))


def meanwhile(one: Correction, reader: str) -> list[str]:
    """What became of a correction while somebody looked at what it was before."""
    decided = {
        "accepted": (
            _("You accepted this correction already, in another window."),
            _("{name} has accepted this correction already, on {day}."),
        ),
        "rejected": (
            _("You rejected this correction already, in another window."),
            _("{name} has rejected this correction already, on {day}."),
        ),
        "withdrawn": (
            _("You withdrew this correction already, in another window."),
            _("{name} has withdrawn this correction already, on {day}."),
        ),
    }
    if one.state in decided:
        mine, others = decided[one.state]
        day = showing.day(one.decided_at)
        said = others.format(name=one.decided_by, day=day)
        return [mine if one.decided_by == reader else said]
    if one.changed_by == reader:
        return [_("You changed this proposal in another window: read it again below.")]
    if one.changed_by:
        said = _("{name} changed this proposal meanwhile: read it again below.")
        return [said.format(name=one.changed_by)]
    return [_("The source was asked meanwhile: read the proposal again below.")]
