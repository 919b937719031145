"""Numbers as people write them, in French, English and Portuguese spreadsheets.

`1 796` with any kind of space is 1796, `85 %` is 85 (percent stays percent), `1.234,5`
and `1,234.5` are both 1234.5. `1,234` alone may be 1234 or 1.234: it is refused, unless
the rest of the file shows which sign is its decimal.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from boloci.sources.words import SPACES, is_blank

_SIGNS = str.maketrans({"−": "-", "‒": "-", "–": "-", "’": "'"})
_GAP = f"[{SPACES}']"
_EDGES = re.compile(f"^{_GAP}+|[{SPACES}]+$")
_GROUPED = re.compile(rf"\d{{1,3}}(?:{_GAP}\d{{3}})+(?!\d)")
_PLAIN = re.compile(r"\d+(?:[.,]\d*)?(?:[eE][+-]?\d{1,3})?|[.,]\d+")
_UNSURE = re.compile(r"[1-9]\d{0,2}([.,])\d{3}")
_SAME_GROUPS = re.compile(r"[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})+")
_BOTH = re.compile(r"([1-9]\d{0,2})((?:([.,])\d{3})(?:\3\d{3})*)(?!\3)([.,])(\d+)")


class NotANumber(ValueError):
    """The text is no number."""


class AmbiguousNumber(NotANumber):
    """The text is two numbers at once: `1,234` is 1234 or 1.234."""


@dataclass(frozen=True)
class Style:
    """Which sign is the decimal of a file: `.`, `,`, or blank where unknown."""

    decimal: str = ""


UNKNOWN = Style()


def parse(text: str, style: Style = UNKNOWN) -> float | None:
    """The number a text says; None for a blank or a blank word.

    A percent sign is dropped: percent stays percent. Raises `AmbiguousNumber` for one
    comma or point before exactly three digits, unless `style` tells which it is, and
    `NotANumber` for anything else that is not one number.
    """
    if len(text) <= 15 and text.isascii() and text.isdigit():
        return float(text)
    if is_blank(text):
        return None
    sign, body = _unsigned(text)
    grouped = bool(_GROUPED.match(body))
    if grouped:
        body = _GROUPED.sub(lambda found: re.sub(_GAP, "", found[0]), body, count=1)
    value = _unsigned_value(body, style, grouped, text)
    if not math.isfinite(value):  # 1e400: more than a number can be
        raise NotANumber(text)
    return sign * value


def _unsigned(text: str) -> tuple[float, str]:
    body = _EDGES.sub("", text.translate(_SIGNS))
    if body.endswith("%"):
        body = _EDGES.sub("", body[:-1])
    sign = -1.0 if body.startswith("-") else 1.0
    return sign, _EDGES.sub("", body[1:]) if body[:1] in ("-", "+") else body


def _unsigned_value(body: str, style: Style, grouped: bool, text: str) -> float:
    both = _BOTH.fullmatch(body)
    if both and both[3] != both[4]:
        whole = both[1] + both[2].replace(both[3], "")
        return float(f"{whole}.{both[5]}")
    if _SAME_GROUPS.fullmatch(body):
        return float(re.sub(r"[.,]", "", body))
    unsure = _UNSURE.fullmatch(body)
    if unsure and not grouped:
        if not style.decimal:
            raise AmbiguousNumber(text)
        if unsure[1] != style.decimal:
            return float(body.replace(unsure[1], ""))
    if not _PLAIN.fullmatch(body):
        raise NotANumber(text)
    return float(body.replace(",", "."))


def decimal_shown(text: str) -> str:
    """The sign that a text proves to be the decimal: `.`, `,`, or blank."""
    _, body = _unsigned(text)
    grouped = _GROUPED.match(body)
    body = _GROUPED.sub("1", body, count=1)
    if both := _BOTH.fullmatch(body):
        return both[4] if both[3] != both[4] else ""
    if groups := _SAME_GROUPS.fullmatch(body):
        return "," if groups[1] == "." else "."
    if not _PLAIN.fullmatch(body) or (_UNSURE.fullmatch(body) and not grouped):
        return ""
    return next((sign for sign in ".," if sign in body), "")


def style_of(texts: Iterable[str]) -> Style:
    """The style the texts of one file agree on; unknown if none or both are shown."""
    return style_shown({sign for sign in map(decimal_shown, texts) if sign})


def style_shown(shown: set[str]) -> Style:
    """The style of the decimal signs that a file showed; unknown if none or both."""
    return Style(*shown) if len(shown) == 1 else UNKNOWN
