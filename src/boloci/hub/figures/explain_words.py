"""A figure taken apart, in words: its sentence, then lines of a name and a text."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from boloci.codes import DENOMINATORS
from boloci.explain import ESTIMATED, Explanation
from boloci.hub import showing
from boloci.hub.figures import choice
from boloci.hub.language import _
from boloci.hub.tongue import TONGUE
from boloci.telling import chains, sexes, surveys
from boloci.telling import corrections as telling

Line = tuple[str, str]
COVERAGE = "coverage"
MISSED = ("not_reached", "not_reached_share")
DIVIDED = (COVERAGE, "ratio", "completeness", "timeliness")
"""Kinds of formula whose value is numerator over denominator."""


def sentence(one: Explanation) -> str:
    """The figure in one sentence; blank where the lines below say it all."""
    fact, definition = one.fact, one.definition
    if definition is None:
        return ""
    if fact["value"] is None:
        return showing.words(definition.null)
    if definition.formula["kind"] == COVERAGE and not one.told_otherwise:
        if not fact["numerator"] or not fact["denominator"]:
            return ""
        return _("{doses} doses reported for {children} children to vaccinate.").format(
            doses=showing.number(fact["numerator"], "doses"),
            children=showing.number(fact["denominator"], "children"),
        )
    return showing.words(definition.why)


def plain(one: Explanation) -> Iterator[Line]:
    """What everyone understands: numerator, denominator, formula, reports."""
    fact, definition = one.fact, one.definition
    if definition is not None:
        yield _("What it says"), _what_it_says(one)
        yield from _division(one)
    if one.formula is not None and (one.estimate or not one.told_otherwise):
        yield _("Formula"), f"{showing.words(_texts(one.formula))}{_worked_out(one)}"
    if fact["expected"]:
        yield (
            _("Reports received"),
            _("{received} of {expected}").format(
                received=showing.number(fact["received"], "reports"),
                expected=showing.number(fact["expected"], "reports"),
            ),
        )
    if fact["lower"] is not None:
        yield (
            _("Interval"),
            _("{low} to {high}").format(
                low=showing.figure(fact["lower"], fact["unit"]),
                high=showing.figure(fact["upper"], fact["unit"]),
            ),
        )
    yield _("How it is counted"), _method(fact)
    yield from _capitals(surveys.lines(TONGUE, fact, one.measured))
    yield from _chain(one)
    yield from _capitals(sexes.lines(TONGUE, one))


def _what_it_says(one: Explanation) -> str:
    """Why an indicator matters; of an estimated coverage, what it is a share of."""
    kind = one.definition.formula["kind"] if one.definition else ""
    if one.fact["method"] == ESTIMATED and kind == COVERAGE:
        return _(
            "Of all children due for the dose who live here, the share who had it. It"
            " never passes 100%."
        )
    return showing.words(one.definition.why) if one.definition else ""


def _capitals(lines: Iterable[Line]) -> Iterator[Line]:
    """Lines that the command line names too, in small letters, named as here."""
    for name, text in lines:
        yield name[:1].upper() + name[1:], text


def corrections(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Corrections in the figure, each with what it changes."""
    return [{**one, "change": telling.change(TONGUE, one)} for one in found]


def _texts(entry: Any) -> dict[str, str]:
    return {"fr": entry.fr, "en": entry.en}


def _division(one: Explanation) -> Iterator[Line]:
    for part, name in (
        ("numerator", _("Numerator")),
        ("denominator", _("Denominator")),
    ):
        value = one.fact[part]
        shown = "" if value is None else showing.number(value, _unit(part, one))
        words = _of_estimate(one, part) if one.told_otherwise else _part(one, part)
        if shown or words:
            yield name, f"{shown} ({words})" if shown and words else shown or words


def _unit(part: str, one: Explanation) -> str:
    """Doses and children are told whole."""
    return "doses" if float(one.fact[part]) >= 10 else ""


def _of_estimate(one: Explanation, part: str) -> str:
    """What an estimate of children counts; blank for other figures."""
    kind = one.definition.formula["kind"] if one.definition else ""
    if one.fact[part] is None or one.fact["method"] != ESTIMATED:
        return ""
    if kind not in (COVERAGE, *MISSED):
        return ""
    if part == "denominator":
        return _("children due, estimated")
    if kind == "not_reached_share":
        return _("children missed, estimated")
    return _("children vaccinated, estimated")


def _part(one: Explanation, part: str) -> str:
    if part == "denominator" and one.denominator is not None:
        return showing.words(one.denominator.name)
    return showing.words(getattr(one.definition, part))


def _worked_out(one: Explanation) -> str:
    """The division with this figure's numbers; blank where the value is none."""
    fact = one.fact
    kind = one.definition.formula["kind"] if one.definition else ""
    if kind not in DIVIDED or fact["value"] is None or not fact["denominator"]:
        return ""
    if one.estimate:
        return ""  # the mean of shares is no share of means
    times = " × 100" if fact["unit"] == "percent" else ""
    told = " = ".join(
        (
            f"{showing.number(fact['numerator'], 'doses')}"
            f" / {showing.number(fact['denominator'], 'doses')}{times}",
            showing.figure(fact["value"], fact["unit"]),
        )
    )
    return _("; here {division}").format(division=told)


def _method(fact: Mapping[str, Any]) -> str:
    """Scenario and source of denominators, in words."""
    method, source = fact["method"], fact["denominator_source"]
    told = choice.method(method)
    if source in DENOMINATORS:
        over = choice.denominator(source)
        return _("{method}; children counted by: {source}").format(
            method=told, source=over
        )
    return told


def _chain(one: Explanation) -> Iterator[Line]:
    """Where a denominator comes from that is not the official target."""
    text = one.denominator
    if text is None:
        return
    yield _("Where the denominator comes from"), showing.words(text.chain)
    yield from chains.lines(TONGUE, one.inputs)
    yield _("Beware"), showing.words(text.caveat)
