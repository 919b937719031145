"""Cut the name of a data element or option into words that boloci knows.

A name becomes a list of marks: an antigen, a number, an age, a strategy, a word for a
dose, or a word nobody listed. What the marks mean together is decided in
`dictionary.py`; the words themselves are data, in `vocabulary.yaml`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from boloci.catalogue.definitions import Antigen, Population, Product

WEEKS_IN_MONTH = 4.345
DAYS_IN_MONTH = 30.44
_MONTHS_IN = {
    "month": 1.0,
    "year": 12.0,
    "week": 1 / WEEKS_IN_MONTH,
    "day": 1 / DAYS_IN_MONTH,
}
_ENDLESS = float("inf")
_PLAIN_RANGES = {(0, 11), (12, 23), (24, 59), (12, 59)}
"""Ranges written without a unit that can only be months."""


@dataclass(frozen=True)
class Mark:
    """One phrase of a name: what it may be, by category, and how it was written."""

    text: str
    kinds: Mapping[str, Any] = field(default_factory=dict)

    def __contains__(self, category: str) -> bool:
        return category in self.kinds


class Marks(tuple[Mark, ...]):
    """The marks of one name, in its order."""

    def has(self, category: str) -> bool:
        """Whether any mark is of a category."""
        return any(category in mark for mark in self)

    def values(self, category: str) -> list[Any]:
        """What the marks of a category mean, once each, in order."""
        return list(dict.fromkeys(m.kinds[category] for m in self if category in m))

    def only(self, category: str) -> str:
        """The first meaning in a category; blank where there is none."""
        return next(iter(self.values(category)), "")

    def strange(self, allowed: Iterable[str]) -> bool:
        """Whether a name has a word that its kind of name should not have."""
        known = set(allowed)
        return any(known.isdisjoint(mark.kinds) for mark in self)


def fold(text: str) -> str:
    """Lower case, without accents, ligatures undone."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


def squash(text: str) -> str:
    """Letters and digits only: `Penta 1`, `PENTA-1` and `penta1` are one code."""
    return re.sub(r"[^a-z0-9]", "", fold(text))


def normalise(text: str) -> str:
    """Words separated by one space; digits apart from letters; `<`, `>`, `+` kept.

    A hyphen stays between two numbers ("12-23") and is a space elsewhere; ordinals
    lose their ending ("1st", "3ème").
    """
    plain = fold(text).replace("≤", "<=").replace("≥", ">=")
    plain = re.sub(r"[–—‑−]", "-", plain)
    plain = re.sub(r"(\d)\s*-\s*(?=\d)", r"\1 ~ ", plain)
    plain = re.sub(r"(<=|>=|[<>+])", r" \1 ", plain)
    plain = re.sub(r"[^a-z0-9<>=+~]+", " ", plain)
    plain = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", plain)
    plain = re.sub(r"\b(\d) (?:st|nd|rd|th|er|ere|re|e|eme|ieme|nde)\b", r"\1", plain)
    return " ".join(plain.replace("~", "-").split())


class Lexicon:
    """Phrases with their categories, and the grammar of ages."""

    def __init__(self, vocabulary: Mapping[str, Any]):
        self._phrases: dict[str, dict[str, Any]] = {}
        self._longest = 1
        self._age = _age_pattern(vocabulary)
        self._units = {
            word: unit
            for unit, words in vocabulary["age_units"].items()
            for word in words
        }

    def add(self, category: str, words: Iterable[str], value: Any = True) -> None:
        """Let each of `words` mean `value` in a category."""
        for word in words:
            phrase = normalise(word)
            self._phrases.setdefault(phrase, {}).setdefault(category, value)
            self._longest = max(self._longest, phrase.count(" ") + 1)

    def marks(self, text: str) -> Marks:
        """The marks of a name, in its order."""
        return Marks(self._cut(normalise(text)))

    def _cut(self, text: str) -> Iterator[Mark]:
        words = text.split(" ") if text else []
        starts = [0]
        for word in words:
            starts.append(starts[-1] + len(word) + 1)
        at = 0
        while at < len(words):
            aged = self._age.match(text, starts[at])
            ages = self._months(aged) if aged else None
            if aged and ages:
                yield Mark(aged.group(), {"age": ages})
                at = starts.index(aged.end() + 1)
                continue
            for length in range(min(self._longest, len(words) - at), 0, -1):
                phrase = " ".join(words[at : at + length])
                if phrase in self._phrases:
                    yield Mark(phrase, self._phrases[phrase])
                    at += length
                    break
            else:
                word = words[at]
                yield Mark(word, {"number": int(word)} if word.isdigit() else {})
                at += 1

    def _months(self, found: re.Match[str]) -> tuple[float, float] | None:
        """Age in months, from included, to excluded; None where it is no age."""
        part = found.groupdict()
        unit = self._units.get(part["unit"] or part["unit_2"] or "")
        first = _number(part["first"])
        last = _number(part["last"])
        if last is not None and first is not None:
            return _range(first, last, unit, joined=bool(part["to"]))
        if first is None or (unit is None and first != 1):
            return None
        size = _MONTHS_IN[unit or "year"]
        if part["under"]:
            return 0.0, first * size
        if part["over"]:
            whole_months = unit == "month" and first in (11, 23, 59)
            return (first + whole_months) * size, _ENDLESS
        if part["at_most"]:
            return 0.0, (first + 1) * size
        if part["at_least"] or (part["more"] and unit):
            return first * size, _ENDLESS
        return (first * size, (first + 1) * size) if unit else None


def age_group(months: tuple[float, float]) -> str | None:
    """The age of `codes.AGES` that an age in months lies in; None: in several."""
    first, last = months
    if first >= 60:
        return "other"
    for name, low, high in (
        ("0_11m", 0, 12),
        ("12_23m", 12, 24),
        ("24_59m", 24, 60),
        ("12m_plus", 12, _ENDLESS),
    ):
        if low <= first and last <= high:
            return name
    return None


def _range(
    first: float, last: float, unit: str | None, *, joined: bool
) -> tuple[float, float] | None:
    if unit is None:
        known = (int(first), int(last)) in _PLAIN_RANGES
        return (first, last + 1) if joined and known else None
    if last <= first or not (joined or first == 0 or first >= 6):
        return None  # "MR 2 12 months": the 2 is a dose, not an age
    size = _MONTHS_IN[unit]
    if unit == "month" and first < 12 and last == 12:
        return first, 12.0  # "0-12 months" is how forms write the first year
    return first * size, (last + 1) * size


def _number(text: str | None) -> float | None:
    if text is None:
        return None
    return float(text) if text.isdigit() else 1.0


def _age_pattern(vocabulary: Mapping[str, Any]) -> re.Pattern[str]:
    """One pattern for "<1y", "12-23 months", "moins d'un an", "1 an et plus"."""
    units = [word for words in vocabulary["age_units"].values() for word in words]
    unit = _any(units)
    one = rf"(?:\d{{1,3}}|{_any(vocabulary['one'])})"
    lead = "|".join(
        f"(?P<{name}>{_any(vocabulary[name])})"
        for name in ("under", "over", "at_least", "at_most")
    )
    more = f"(?:{_any(vocabulary['and_over'])})"
    return re.compile(
        rf"(?:(?:{lead}) )?(?P<first>{one})"
        rf"(?: (?P<unit_2>{unit}))?"
        rf"(?:(?: (?P<to>{_any(vocabulary['to'])}))? (?P<last>{one})\b)?"
        rf"(?P<more> {more}(?= |$))?"
        rf"(?: (?P<unit>{unit}))?"
        rf"(?: (?:old|revolus))?"
        rf"(?: {more})?(?= |$)"
    )


def _any(words: Iterable[str]) -> str:
    phrases = sorted({normalise(word) or word for word in words}, key=len, reverse=True)
    return "|".join(re.escape(phrase) for phrase in phrases)


def lexicon_of(
    vocabulary: Mapping[str, Any],
    antigens: Mapping[str, Antigen],
    products: Mapping[str, Product],
    populations: Mapping[str, Population],
) -> Lexicon:
    """The lexicon of a catalogue: each phrase of its vocabulary in its categories."""
    words = vocabulary
    lexicon = Lexicon(words)
    for code, antigen in antigens.items():
        lexicon.add("antigen", (*antigen.words, *antigen.diseases), code)
        lexicon.add("disease", antigen.diseases)
    for code, product in products.items():
        lexicon.add("product", product.words, code)
    for code, population in populations.items():
        lexicon.add("named_population", population.words, code)
    if "pregnant_women" in populations:
        lexicon.add("pregnant", populations["pregnant_women"].words)
    for code, phrases in words["services"].items():
        lexicon.add("service", phrases, code)
    for kind in ("sex", "strategy", "stock"):
        for value, phrases in words[kind].items():
            lexicon.add(kind, phrases, value)
    for value, letters in words["sex_letters"].items():
        lexicon.add("letter", letters, value)
    for number, phrases in words["numbers"].items():
        lexicon.add("number", phrases, int(number))
    lexicon.add("never", [word for group in words["never"] for word in group])
    _add_sessions(lexicon, words["sessions"])
    for category, key in _CATEGORIES.items():
        lexicon.add(category, words[key])
    return lexicon


_CATEGORIES = {
    "population": "population_words",
    "population_total": "population_total",
    "people": "population_itself",
    "other_population": "population_other",
    "dose": "dose_words",
    "vaccine": "vaccine_words",
    "stock_word": "stock_words",
    "child": "child_words",
    "filler": "filler",
    "plus": "plus",
    "booster": "booster",
    "given_at": "given_at",
    "zero_dose": "zero_dose",
    "other": "option_other",
    "not_dose": "option_not_dose",
    "default": "option_default",
    "option_filler": "option_filler",
}


def _add_sessions(lexicon: Lexicon, words: Mapping[str, list[str]]) -> None:
    lexicon.add("session", words["words"])
    for role in ("planned", "held"):
        lexicon.add("session_role", words[role], role)
    lexicon.add("session_outreach", words["outreach"])
    lexicon.add("session_never", words["never"])
