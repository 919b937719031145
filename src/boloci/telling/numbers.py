"""Numbers as people of a language write them: only here are numbers rounded.

A missing figure is a dash, never a nought.
"""

import math
from functools import lru_cache

from babel.numbers import format_decimal, format_scientific

MISSING = "–"
HUGE = 1e15
"""From here on a number is told by its size: it is no count of people or doses."""
PERCENT = {"fr": "\u00a0%", "en": "%"}
"""The sign as it stands after a number; no line ends between the two."""
DIGITS = {
    "children": 0,
    "doses": 0,
    "visits": 0,
    "category": 0,
    "reports": 0,
    "people": 0,
    "sites": 0,
    "times": 0,
    "ratio": 2,
}
SIGNIFICANT = 3
"""Digits of a number that is told as "about" so many: with two, a count of some
ten thousands could pass the limits of chance that stand beside it."""
KEPT = 100_000
"""Numbers whose words are remembered: Babel takes a while for each."""


def digits_of(unit: str | None) -> int:
    """Decimals that a unit is shown with."""
    return DIGITS.get(unit or "", 1)


def about(value: float) -> float:
    """A number as a sentence that says "about" tells it: 40,107 is about 40,100.

    Its last digits would claim what nobody knows; tables keep them.
    """
    if not value or not abs(value) < HUGE:
        return value
    return round(value, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))


def number(value: float | None, digits: int, language: str) -> str:
    """A number with its digits kept aligned; a dash if it is missing."""
    if value is None or value != value:
        return MISSING
    return _number(float(value), digits, language)


@lru_cache(maxsize=KEPT)
def _number(value: float, digits: int, language: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if abs(value) >= HUGE:
        return str(format_scientific(value, format="0.##E0", locale=language))
    shown = value if round(value, digits) else 0  # -0 would be told as a fall
    return str(format_decimal(shown, format=pattern, locale=language))
