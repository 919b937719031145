"""Indicators by topic, and those that are one definition for many doses together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from boloci.catalogue.definitions import Indicator
from boloci.hub import showing
from boloci.hub.current import current, workspace
from boloci.hub.language import _

_KINDS = {
    "coverage": ("coverage", "coverage_reporting_units"),
    "zero_dose": (
        *("not_reached", "not_reached_share", "target_minus_doses"),
        *("started_not_finished", "change_since_baseline"),
    ),
    "dropout": ("dropout", "dropout_lagged"),
    "sexes": (
        *("sex_gap", "sex_ratio", "sex_gap_relative"),
        *("doses_with_sex_share", "measure_sex_gap"),
    ),
    "doses": ("doses", "count"),
    "programme": ("red_category", "ratio", "share_of_places", "session_completion"),
    "surveys": ("measure", "lot_class", "estimated"),
    "quality": (
        *("completeness", "form_completeness", "timeliness"),
        *("units_without_outlier", "months_without_outlier", "values_known"),
    ),
}
"""Topic -> kinds of formula, in the order of a page."""


@dataclass(frozen=True)
class Entry:
    """One definition as a list shows it: alone, or one for many doses."""

    name: str
    why: str
    members: Sequence[tuple[str, str]]
    """(code of the indicator, what tells it apart from the others)."""


@dataclass(frozen=True)
class Topic:
    """A heading and its definitions."""

    code: str
    name: str
    entries: Sequence[Entry]


def topic_of(definition: Indicator) -> str:
    """Which topic an indicator belongs to."""
    kind = definition.formula["kind"]
    return next(topic for topic, kinds in _KINDS.items() if kind in kinds)


def topic_name(code: str) -> str:
    """What a topic is called."""
    return {
        "coverage": _("Coverage"),
        "zero_dose": _("Children not reached"),
        "dropout": _("Drop-out"),
        "sexes": _("Girls and boys"),
        "doses": _("Doses and visits counted"),
        "programme": _("How the programme does"),
        "surveys": _("Surveys, registers, official figures"),
        "quality": _("Quality of the data"),
    }[code]


def topics(among: Sequence[str] | None = None) -> list[Topic]:
    """Topics with the indicators of the build, or with those among some of them."""
    definitions = workspace().catalogue.indicators
    wanted = list(current().indicators) if among is None else among
    by_topic: dict[str, dict[str, list[Indicator]]] = {code: {} for code in _KINDS}
    for name in wanted:
        if name in definitions:
            one = definitions[name]
            together = by_topic[topic_of(one)].setdefault(one.family or name, [])
            together.append(one)
    return [
        Topic(code, topic_name(code), [_entry(each) for each in entries.values()])
        for code, entries in by_topic.items()
        if entries
    ]


def _entry(alike: Sequence[Indicator]) -> Entry:
    first = alike[0]
    if len(alike) == 1:
        name = showing.words(first.name)
        return Entry(name, showing.words(first.why), [(first.indicator, name)])
    return Entry(
        _without_dose(first),
        showing.words(first.why),
        [(one.indicator, _dose(one)) for one in alike],
    )


def _dose(one: Indicator) -> str:
    """The dose that tells an indicator apart from others of its definition."""
    element = workspace().catalogue.elements.get(_element(one.formula))
    return showing.words(element.name) if element else showing.words(one.name)


def _without_dose(one: Indicator) -> str:
    """The name of a definition for many doses: "Couverture", "doses administrées"."""
    bare = showing.words(one.name).replace(_dose(one), "").strip(" :")
    return bare[:1].upper() + bare[1:]


def _element(formula: Mapping[str, object]) -> str:
    return str(formula.get("element") or formula.get("of") or "")
