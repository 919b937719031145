"""What a reader compares: 2 to 8 places, indicators, or ways of computing one figure.

Places and indicators are lists in the URL, joined by commas; one is added by words in
a form, and taken away by a link, so that all works without JavaScript.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.http import Http404

from boloci import periods
from boloci.catalogue.definitions import Indicator
from boloci.hub import controls, reading, searching, showing
from boloci.hub.controls import LONGEST, Control, Controls
from boloci.hub.current import current, workspace
from boloci.hub.figures import choice, where
from boloci.hub.language import _
from boloci.hub.rights import Scope
from boloci.pipeline import scenarios
from boloci.problems import refuse
from boloci.published import PlaceRow

MOST = 8
LONGEST_LIST = 400
PLACES, INDICATORS = "places", "indicators"
SCENARIOS, DENOMINATORS = "scenarios", "denominators"
USUAL = "dtp1_coverage"
BESIDE = ("dtp3_coverage", "mcv1_coverage")
"""Indicators beside the first where none is chosen."""
FEW = 3
"""Places that are compared where none is chosen."""


@dataclass(frozen=True)
class Chosen:
    """What is compared, and how."""

    controls: Controls
    places: Sequence[PlaceRow]
    indicators: Sequence[str]
    periods: Sequence[str]

    @property
    def by(self) -> str:
        """What the lines stand for."""
        return self.controls["by"]

    @property
    def definition(self) -> Indicator:
        """The indicator, or the first of several."""
        return workspace().catalogue.indicators[self.indicators[0]]

    @property
    def many(self) -> bool:
        """Whether lines are things that are added and taken away."""
        return self.by in (PLACES, INDICATORS)


@dataclass(frozen=True)
class Offer:
    """A thing that typed words may mean, and the page with it added."""

    name: str
    where: str
    address: str


def read(query: Mapping[str, str], scope: Scope) -> Chosen:
    """What the URL chooses. Raises `Refused`, or `Http404` for what may not be seen."""
    places = _places(scope, query.get(PLACES, ""))
    single = _single(query.get("indicator", ""))
    listed = _indicators(query.get(INDICATORS, ""), single.chosen)
    indicators = listed if query.get("by") == INDICATORS else [single.chosen]
    definition = workspace().catalogue.indicators[indicators[0]]
    kind = query.get("kind", periods.QUARTER)[:LONGEST]
    known = _known_periods(scope, definition, kind)
    asked = controls.read(
        _in_kind(query, known),
        _by(),
        *([] if query.get("by") == INDICATORS else [single]),
        _kind(definition),
        Control("since", _("From"), _options(known), known[-16:][0]),
        Control("until", _("to"), _options(known), known[-1]),
        _method(definition),
        _denominator(),
        choice.sex_control(),
    )
    lists = {name: query[name] for name in (PLACES, INDICATORS) if query.get(name)}
    asked = replace(asked, kept=lists)
    start, end = known.index(asked["since"]), known.index(asked["until"])
    if start > end:
        turned = f"{asked['until']}..{asked['since']}"
        given = f"{asked['since']}..{asked['until']}"
        raise refuse("period_reversed", period=given, turned=turned)
    return Chosen(asked, places, indicators, known[start : end + 1])


def address(chosen: Chosen, **changed: str) -> str:
    """The page with some of its lists changed."""
    return "/compare" + chosen.controls.query(**changed)


def without(chosen: Chosen, what: str, one: str) -> str:
    """The page without one of its places or indicators; none where it is the last."""
    held = (
        [place.place_id for place in chosen.places]
        if what == PLACES
        else list(chosen.indicators)
    )
    if len(held) < 2:
        return ""
    return address(chosen, **{what: ",".join(name for name in held if name != one)})


def offers(scope: Scope, chosen: Chosen, words: str) -> list[Offer]:
    """What some words may mean, each with the page that it is added to."""
    if chosen.by == INDICATORS:
        return [
            Offer(
                showing.words(one.name),
                "",
                address(chosen, indicators=_with(chosen.indicators, one.indicator)),
            )
            for one in searching.indicators(words, most=12).found
        ]
    return [
        Offer(
            place.name,
            " › ".join(above.name for above in reading.above(scope, place)),
            _place_added(chosen, place),
        )
        for place in searching.places(scope, words, most=12).found
    ]


def exact(scope: Scope, chosen: Chosen, words: str) -> str:
    """The page with the one place added that has just this name; blank: ask."""
    if chosen.by == INDICATORS:
        return ""
    named = reading.named(scope, words)
    return _place_added(chosen, named[0]) if len(named) == 1 else ""


def _place_added(chosen: Chosen, place: PlaceRow) -> str:
    """The page with a place added; where one place is looked at, with it instead."""
    held = [one.place_id for one in chosen.places] if chosen.by == PLACES else []
    return address(chosen, places=_with(held, place.place_id))


def _with(held: Sequence[str], one: str) -> str:
    return ",".join(list(dict.fromkeys([*held, one]))[:MOST])


def _places(scope: Scope, text: str) -> list[PlaceRow]:
    ids = [one for one in text[:LONGEST_LIST].split(",") if one]
    if ids:
        return [reading.place(scope, one) for one in dict.fromkeys(ids[:MOST])]
    top = reading.country(scope)
    groups = [scope.keep([p])[0] for p in _programmes() if scope.keep([p])]
    inside = where.members(scope, top, "region")
    return [top, *(groups or inside)[: FEW - 1]]


def _programmes() -> list[PlaceRow]:
    known = current().by_id
    return [known[one] for one in ("gavi_44", "learning_hub") if one in known]


def _single(name: str) -> Control:
    """The indicator where one is compared: the usual ones, and the one asked for.

    Raises `Http404` for one that the build has not.
    """
    known = current().indicators
    if name and name not in known:
        raise Http404
    offered = [one for one in choice.INDICATORS if one in known] or list(known)[:1]
    names = list(dict.fromkeys([*offered, *([name] if name else [])]))
    options = [(one, choice.indicator(one)) for one in names]
    usual = USUAL if USUAL in names else names[0]
    return Control("indicator", _("Indicator"), options, usual, chosen=name or usual)


def _indicators(text: str, first: str) -> list[str]:
    """The indicators of the list in the URL. Raises `Http404` as `_single`."""
    names = [one for one in text[:LONGEST_LIST].split(",") if one]
    known = current().indicators
    if any(name not in known for name in names):
        raise Http404
    usual = [one for one in (first, *BESIDE) if one in known]
    return list(dict.fromkeys(names[:MOST] or usual))


def _by() -> Control:
    options = [
        (PLACES, _("places")),
        (INDICATORS, _("indicators of one place")),
        (SCENARIOS, _("adjustments of one figure")),
        (DENOMINATORS, _("ways of counting the children")),
    ]
    return Control("by", _("Compare"), options, PLACES)


def _kind(definition: Indicator) -> Control:
    names = {
        periods.QUARTER: _("quarters"),
        periods.YEAR: _("years"),
        periods.MONTH: _("months"),
    }
    known: Sequence[str] = definition.periods
    options = [(one, name) for one, name in names.items() if one in known]
    options = options or [(periods.QUARTER, names[periods.QUARTER])]
    return Control("kind", _("By"), options, options[0][0])


def _known_periods(scope: Scope, definition: Indicator, kind: str) -> Sequence[str]:
    offered = dict(_kind(definition).options)
    wished = kind if kind in offered else next(iter(offered))
    return reading.whole_periods(scope, wished) or ("",)


def _in_kind(query: Mapping[str, str], known: Sequence[str]) -> Mapping[str, str]:
    """The query with its first and last period turned into periods of another kind
    where that was chosen since; those that the data do not cover are left out."""
    turned = dict(query)
    kind = periods.kind(periods.code(known[0])) if known[0] else periods.QUARTER
    for name in ("since", "until"):
        try:
            code = periods.code(query.get(name, ""))
        except periods.NotAPeriod:
            continue
        if periods.kind(code) != kind:
            whole = periods.span(code)
            month = whole.first if name == "since" else whole.last
            told = periods.text(periods.containing(month, kind))
            turned[name] = told if told in known else ""
    return turned


def _options(known: Sequence[str]) -> list[tuple[str, str]]:
    return [(one, showing.period(one)) for one in known]


def _method(definition: Indicator) -> Control:
    methods = dict.fromkeys(pair.method for pair in scenarios.pairs(definition))
    options = [(one, choice.method(one)) for one in methods]
    return Control("method", _("Adjustment"), options, options[0][0])


def _denominator() -> Control:
    known = [one for one in current().denominators if one] or ["target"]
    options = [(one, choice.denominator(one)) for one in known]
    return Control("denominator", _("Children counted by"), options, known[0])
