"""Text cells of a tidy table become typed columns; every bad or doubtful cell is kept.

A column is read once per distinct text of a block, not once per row, so that a file of
2 GB costs little more than its distinct words.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from boloci.periods import NotAPeriod, WeeklyPeriod
from boloci.problems import Problem, Where
from boloci.sources import dates, numbers
from boloci.sources.words import fold, is_blank, squeeze, without_apostrophe
from boloci.tables import Column, Finding

MOST_PROBLEMS = 20
"""So many problems of one file are told; a reader repairs a cause, not a cell."""
EXAMPLES = 5
"""So many rows a finding names."""

DECIMAL_ONLY = frozenset(
    {
        "latitude",
        "longitude",
        "rate",
        "estimate",
        "standard_error",
        "lower",
        "upper",
        "design_effect",
    }
)
"""Columns under a thousand by nature: there `12,345` can only be a decimal."""

SHARES = frozenset({"estimate", "standard_error", "lower", "upper"})
"""Columns of shares (0-1): a percentage there is refused, never divided by 100."""

NOT_NEGATIVE = frozenset(
    {
        "value",
        "expected",
        "received",
        "on_time",
        "planned",
        "held",
        "opening",
        "issued",
        "lost",
        "closing",
        "stockout_days",
        "n",
        "vaccinated",
        "sample",
        "clusters",
        "numerator",
        "denominator",
        "register",
        "monthly_report",
        "lot_population",
    }
)

_KINDS = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int32(),
    "date": pa.date32(),
    "period": pa.int32(),
    "flag": pa.bool_(),
}
_YES = frozenset(["true", "yes", "y", "1", "oui", "o", "vrai", "sim", "s", "x"])
_NO = frozenset(["false", "no", "n", "0", "non", "faux", "nao"])


class BadCell(ValueError):
    """A cell that cannot be read: the code of its problem and the values of it."""

    def __init__(self, code: str, **values: Any):
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Read:
    """What a text means, and the rule that doubts it (blank: no doubt)."""

    value: Any
    doubt: str = ""


@dataclass
class Log:
    """Problems and doubts of one file, gathered while its blocks are read."""

    file: str
    sheet: str = ""
    problems: list[Problem] = field(default_factory=list)
    unsure: list[Problem] = field(default_factory=list)
    """Ambiguous numbers, until the whole file was searched for its decimal sign."""
    shown: set[str] = field(default_factory=set)
    """Decimal signs that cells proved."""
    doubts: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def full(self) -> bool:
        """True when enough problems were found to stop reading."""
        return len(self.problems) >= MOST_PROBLEMS

    def problem(self, bad: BadCell, row: int, column: str, text: str) -> None:
        """Keep one bad cell, if there is still room."""
        kept = self.unsure if bad.code == "number_ambiguous" else self.problems
        if len(kept) < MOST_PROBLEMS:
            where = Where(self.file, self.sheet, row, column, text[:80])
            kept.append(Problem(bad.code, where, bad.values))

    def everything(self) -> list[Problem]:
        """Problems in the order a reader meets them, the first 20."""
        found = sorted([*self.problems, *self.unsure], key=lambda p: p.where.row or 0)
        return found[:MOST_PROBLEMS]

    def doubt(
        self, rule: str, column: str, count: int, rows: list[int], text: str = ""
    ) -> None:
        """Count doubtful cells of one rule and column; the first rows are named."""
        known = self.doubts.setdefault(
            (rule, column), {"count": 0, "rows": [], "text": text[:80]}
        )
        known["count"] += count
        known["rows"] += rows[: EXAMPLES - len(known["rows"])]

    def findings(self) -> list[Finding]:
        """One finding per rule and column."""
        return [
            Finding(rule, severity(rule), params=self._params(column, seen))
            for (rule, column), seen in self.doubts.items()
        ]

    def _params(self, column: str, seen: dict[str, Any]) -> dict[str, Any]:
        return {
            "file": self.file,
            "sheet": self.sheet,
            "column": column,
            "row": seen["rows"][0] if seen["rows"] else None,
            **seen,
        }


_INFO = frozenset(
    {
        "spaces_trimmed",
        "blank_words_read",
        "duplicate_agree",
        "dates_as_numbers",
        "column_unknown",
        "encoding_read",
        "columns_not_used",
        "campaign_place_unknown",
        "total_row_left_out",
        "total_column_left_out",
        "row_without_figures",
    }
)


def severity(rule: str) -> str:
    """`info` for what was put right without doubt, else `warning`."""
    return "info" if rule in _INFO else "warning"


Parse = Callable[[str], Read]
"""Reads one text; raises `BadCell`."""
Cache = dict[str, Read | BadCell]
Numbers = np.ndarray[Any, np.dtype[np.int32]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
_MOST_CACHED = 200_000


def parser(column: Column, style: numbers.Style, log: Log) -> Parse:
    """How the texts of a column are read. The parse raises `BadCell`.

    Decimal signs that a number proves are kept in `log.shown`.
    """
    if column.words:
        return lambda text: _word(column, text)
    if column.kind == "number":
        return lambda text: _number(column, text, style, log.shown)
    kinds: dict[str, Callable[[Column, str], Read]] = {
        "text": _text,
        "integer": _integer,
        "date": _date,
        "period": _period,
        "flag": _flag,
    }
    read = kinds[column.kind]
    return lambda text: read(column, text)


def _blank(column: Column) -> Read:
    if column.required and not column.blank and column.kind != "number":
        raise BadCell("cell_blank")
    return Read(None)


def _text(column: Column, text: str) -> Read:
    plain = without_apostrophe(text)
    trimmed = squeeze(plain) if column.name != "note" else plain.strip()
    if not trimmed:
        return _blank(column)
    return Read(trimmed, "spaces_trimmed" if trimmed != plain else "")


def _word(column: Column, text: str) -> Read:
    word = fold(text)
    if not word:
        return _blank(column)
    if word not in column.words:
        raise BadCell("word_unknown", words=", ".join(column.words))
    return Read(word)


def _number(column: Column, text: str, style: numbers.Style, shown: set[str]) -> Read:
    if column.name in DECIMAL_ONLY:
        style = numbers.Style("," if "," in text and "." not in text else ".")
    if sign := numbers.decimal_shown(text):
        shown.add(sign)
    try:
        value = numbers.parse(text, style)
    except numbers.AmbiguousNumber:
        raise BadCell("number_ambiguous") from None
    except numbers.NotANumber:
        raise BadCell("not_a_number") from None
    if value is None:
        doubt = "blank_words_read" if squeeze(text) else ""
        return Read(_blank(column).value, doubt)
    if column.name in SHARES and value > 1:
        raise BadCell("estimate_over_1")
    if value < 0 and column.name in NOT_NEGATIVE and not column.signed:
        return Read(value, "negative_value")
    return Read(value)


def _integer(column: Column, text: str) -> Read:
    if is_blank(text):
        return _blank(column)
    digits = squeeze(text).removesuffix(".0")
    if not digits.isdigit() or not 1900 <= int(digits) <= 2199:
        raise BadCell("not_a_year")
    return Read(int(digits))


def _date(column: Column, text: str) -> Read:
    if is_blank(text):
        return _blank(column)
    try:
        return Read(dates.date(without_apostrophe(text)))
    except dates.AmbiguousDate:
        raise BadCell("date_ambiguous") from None
    except dates.NotADate:
        raise BadCell("not_a_date") from None


def _period(column: Column, text: str) -> Read:
    if is_blank(text):
        return _blank(column)
    try:
        code = dates.period(text)
    except WeeklyPeriod:
        raise BadCell("weekly_period") from None
    except NotAPeriod:
        raise BadCell("not_a_period") from None
    serial = len(squeeze(text).removesuffix(".0")) == 5 and text.strip()[:5].isdigit()
    return Read(code, "dates_as_numbers" if serial else "")


def _flag(column: Column, text: str) -> Read:
    word = fold(text)
    if not word:
        return _blank(column)
    if word in _YES or word in _NO:
        return Read(word in _YES)
    raise BadCell("not_a_flag")


@dataclass(frozen=True)
class Texts:
    """One column of a block: distinct texts, and which of them each row holds."""

    words: list[str]
    codes: Numbers


def texts(array: pa.Array) -> Texts:
    """Distinct texts of an Arrow column; null is the empty text."""
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array.cast(pa.string()))
    codes = array.indices.fill_null(len(array.dictionary)).to_numpy()
    return Texts([*array.dictionary.to_pylist(), ""], codes.astype(np.int32))


def filled_rows(columns: Iterable[Texts], count: int) -> Flags:
    """Rows with anything in them: empty lines mean nothing and are left out."""
    filled = np.zeros(count, dtype=bool)
    for column in columns:
        words = np.fromiter((bool(squeeze(word)) for word in column.words), bool)
        filled |= words[column.codes]
    return filled


@dataclass(frozen=True)
class BlockLog:
    """The log, for one block: its row numbers and which of its rows are filled."""

    log: Log
    rows: Numbers
    filled: Flags


def typed(
    column: Column, found: Texts, parse: Parse, cache: Cache, block: BlockLog
) -> pa.Array:
    """A column of texts as its Arrow type; bad cells are null and in the log."""
    reads = [_cached(word, parse, cache) for word in found.words]
    for code, read in enumerate(reads):
        if isinstance(read, BadCell) or read.doubt:
            _keep(column, found, code, read, block)
    values = [None if isinstance(read, BadCell) else read.value for read in reads]
    dictionary = pa.array(values, type=_KINDS[column.kind])
    return pc.take(dictionary, pa.array(found.codes))


def _cached(word: str, parse: Parse, cache: Cache) -> Read | BadCell:
    known = cache.get(word)
    if known is None:
        try:
            known = parse(word)
        except BadCell as bad:
            known = bad
        if len(cache) < _MOST_CACHED:
            cache[word] = known
    return known


def _keep(
    column: Column, found: Texts, code: int, read: Read | BadCell, block: BlockLog
) -> None:
    at = block.rows[(found.codes == code) & block.filled]
    word = found.words[code]
    if isinstance(read, BadCell):
        for row in at[:MOST_PROBLEMS]:
            block.log.problem(read, int(row), column.name, word)
    elif len(at):
        first = [int(row) for row in at[:EXAMPLES]]
        block.log.doubt(read.doubt, column.name, len(at), first, word)
