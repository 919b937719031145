"""What a team counted of a month: boxes read as numbers, with what is wrong in them.

An empty pair of boxes is nothing counted, never a zero. Where girls and boys are both
counted the total follows from them; where their sex was not noted, all children are
counted in one line and no gap can be told.
"""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from boloci.hub import showing
from boloci.hub.figures import choice
from boloci.hub.language import _

SEXES = ("female", "male", "")
PARTS = ("numerator", "denominator")
MOST_DIGITS = 7
DENOMINATOR_CHANGE = 0.5
"""Relative change of the children followed from which a person is asked whether it is
another way of counting: a line made of both would compare unlike months."""
LEAST_BEFORE = 3
"""Months before, from which the usual denominator is known."""
SOURCE = "team"


@dataclass(frozen=True)
class Pair:
    """The two boxes of an indicator and a sex."""

    indicator: str
    sex: str
    """female, male, or blank: all children, their sex not noted."""
    numerator: str
    denominator: str
    """As typed."""
    wrong: str = ""
    """What is wrong with them, in words."""

    @property
    def key(self) -> str:
        """The name of its boxes, without the part."""
        return f"{self.indicator}.{self.sex or 'total'}"

    @property
    def counted(self) -> tuple[int, int] | None:
        """Both numbers; None where a box is empty or wrong."""
        if self.wrong or not self.numerator or not self.denominator:
            return None
        return int(self.numerator), int(self.denominator)


def read(indicators: Sequence[str], given: Mapping[str, str]) -> list[Pair]:
    """A pair of boxes for each indicator and sex, with what was typed in them.

    given    `INDICATOR.SEX.numerator` and `.denominator` -> text, as typed
    """
    return [
        pair
        for indicator in indicators
        for pair in _with_total([_pair(indicator, sex, given) for sex in SEXES])
    ]


def _pair(indicator: str, sex: str, given: Mapping[str, str]) -> Pair:
    key = f"{indicator}.{sex or 'total'}"
    part, whole = ("".join(given.get(f"{key}.{one}", "").split()) for one in PARTS)
    return Pair(indicator, sex, part, whole, _wrong(part, whole))


def _wrong(numerator: str, denominator: str) -> str:
    for text in (numerator, denominator):
        if text and not (text.isascii() and text.isdecimal()):
            return _("“{text}” is no whole number.").format(text=text[:20])
        if len(text) > MOST_DIGITS:
            return _("{text} has too many digits.").format(text=text[:20])
    if bool(numerator) != bool(denominator):
        return both_needed()
    if numerator and int(numerator) > int(denominator):
        return _("{part} of {whole}: the first cannot be the larger one.").format(
            part=_said(int(numerator)), whole=_said(int(denominator))
        )
    if denominator and not int(denominator):
        return _("Nobody was followed: leave both boxes empty.")
    return ""


def both_needed() -> str:
    """What is said where one of the two numbers is missing."""
    return _("Both numbers are needed: how many, and of how many.")


def not_both() -> str:
    """What is said of a total beside girls and boys."""
    return _("Count girls and boys apart, or all children together; not both.")


def _with_total(pairs: list[Pair]) -> list[Pair]:
    """All children: only where girls and boys were not counted apart."""
    *sexes, whole = pairs
    if whole.wrong or not (whole.numerator or whole.denominator):
        return pairs
    if any(one.numerator or one.denominator for one in sexes):
        return [*sexes, replace(whole, wrong=not_both())]
    return pairs


def rows(pairs: Sequence[Pair], place_id: str, period: str) -> list[dict[str, str]]:
    """What was counted as rows of the tidy table of measures."""
    return [
        {
            "indicator": indicator,
            "place_id": place_id,
            "period": period,
            "sex": sex,
            "numerator": str(numerator),
            "denominator": str(denominator),
            "source": SOURCE,
        }
        for indicator, sex, numerator, denominator in _counted(pairs)
    ]


def _counted(pairs: Sequence[Pair]) -> Iterator[tuple[str, str, int, int]]:
    by_indicator: dict[str, dict[str, tuple[int, int]]] = {}
    for pair in pairs:
        if pair.counted is not None:
            by_indicator.setdefault(pair.indicator, {})[pair.sex] = pair.counted
    for indicator, found in by_indicator.items():
        if {"female", "male"} <= set(found):
            girls, boys = found["female"], found["male"]
            found = {**found, "": (girls[0] + boys[0], girls[1] + boys[1])}
        for sex, (numerator, denominator) in found.items():
            yield indicator, sex, numerator, denominator


def changed_denominators(
    pairs: Sequence[Pair], before: Mapping[tuple[str, str], Sequence[float]]
) -> dict[str, str]:
    """Pairs whose denominator is far from that of the months before: indicator ->
    a sentence that says so.

    before    (indicator, sex) -> denominators of the last months
    """
    found = {}
    for pair in pairs:
        usual = [one for one in before.get((pair.indicator, pair.sex), ()) if one]
        if pair.counted is None or len(usual) < LEAST_BEFORE:
            continue
        middle = statistics.median(usual)
        if abs(pair.counted[1] - middle) > DENOMINATOR_CHANGE * middle:
            found[pair.indicator] = _(
                "{indicator}: {now} children are followed, where it was {usual} before."
            ).format(
                indicator=choice.indicator(pair.indicator),
                now=_said(pair.counted[1]),
                usual=_said(middle),
            )
    return found


def _said(children: float) -> str:
    return showing.number(children, "children")
