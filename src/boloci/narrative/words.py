"""A narrative's facts in words: the catalogue's sentences, filled in for a reader.

Only here is anything rounded: percent and points are whole.
"""

import datetime
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from boloci import names_in_text, periods
from boloci.catalogue.definitions import ClauseText
from boloci.narrative.said import Said
from boloci.spacing import JOINT, unbroken
from boloci.wording import fill

Texts = Mapping[str, ClauseText]
_LETTER = {
    ("fr", periods.QUARTER): "T",
    ("en", periods.QUARTER): "Q",
    ("fr", periods.SEMESTER): "S",
    ("en", periods.SEMESTER): "H",
}
_PARTS = {1: "start", 2: "middle", 3: "middle", 4: "end"}
"""What people call a quarter: the beginning, the middle, the end of its year."""


def told(said: Iterable[Said], texts: Texts, language: str, **more: str) -> list[str]:
    """Sentences of `catalogue.narrative` with their values; `more`: {dose}."""
    sentences = (_told(one, texts, language, more) for one in said)
    return [unbroken(text[:1].upper() + text[1:], language) for text in sentences]


def _told(said: Said, texts: Texts, language: str, more: Mapping[str, str]) -> str:
    values: dict[str, str] = dict(more)
    for name, value in said.values.items():
        values |= _forms(name, value, texts, language, more)
    return fill(_text(texts, said.code, language), values, language)


def _forms(
    name: str, value: Any, texts: Texts, language: str, more: Mapping[str, str]
) -> dict[str, str]:
    """A value in each form that a sentence may want: T4 2022, au T4 2022."""
    if value is None:
        return {}
    say = partial(_filled, texts, language)
    if name in ("then", "clauses"):
        parts = [_told(part, texts, language, more) for part in value]
        between = "" if name == "then" else JOINT[language]
        return {name: between.join(parts)}
    if name == "kind":
        return {f: say(f"{f}_{value}") for f in ("step", "steps", "before")}
    if name.endswith("names"):
        return {
            name: names_in_text.listed(value, language),
            f"at_{name}": names_in_text.in_all(value, language),
            f"of_{name}": names_in_text.of_all(value, language),
        }
    if name.endswith("period"):
        return _period_forms(name, value, texts, language)
    return {name: _number(name, value, texts, language)}


def _number(name: str, value: Any, texts: Texts, language: str) -> str:
    if name.endswith("_points"):
        return _filled(texts, language, "points", number=_whole(value, language))
    if name.endswith("_percent"):
        return _percent(value, language)
    if name.endswith("_signed"):
        sign = "+" if value > 0 else "−" if value < 0 else ""
        pattern = "#,##0.0"
        told = format_decimal(abs(value), format=pattern, locale=language)
        return f"{sign}{told}{_sign(language)}"
    if name.endswith("_span"):
        low, high = (_percent(end, language) for end in value)
        return (
            low
            if low == high
            else _filled(
                texts, language, "span", low=_whole(value[0], language), high=high
            )
        )
    return _whole(value, language)


def _period_forms(name: str, value: str, texts: Texts, language: str) -> dict[str, str]:
    code = periods.code(value)
    kind, year = periods.kind(code), str(code // 100)
    told = _period(code, language)
    say = partial(_filled, texts, language)
    around = told
    if kind == periods.QUARTER:
        around = say(f"around_{_PARTS[code % 10]}", year=year, period=told)
    return {
        name: told,
        f"in_{name}": say(f"in_{kind}", period=told),
        f"around_{name}": around,
    }


def _period(code: int, language: str) -> str:
    """T4 2022, Q4 2022, S1 2024, janvier 2024, 2024."""
    kind, year = periods.kind(code), code // 100
    if kind == periods.MONTH:
        first = datetime.date(year, code % 100, 1)
        return str(format_date(first, "MMMM y", locale=language))
    if kind == periods.YEAR:
        return str(year)
    letter = _LETTER[language if language == "fr" else "en", kind]
    return f"{letter}{code % 10} {year}"


def _percent(value: float, language: str) -> str:
    return _whole(value, language) + _sign(language)


def _sign(language: str) -> str:
    return "\u00a0%" if language == "fr" else "%"


def _whole(value: float, language: str) -> str:
    return str(format_decimal(round(value), format="#,##0", locale=language))


def _filled(texts: Texts, language: str, code: str, **values: str) -> str:
    return fill(_text(texts, code, language), values, language)


def _text(texts: Texts, code: str, language: str) -> str:
    entry = texts[code]
    return entry.fr if language == "fr" else entry.en
