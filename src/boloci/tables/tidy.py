"""The tidy tables: the files that people write and download (see the user guide)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from boloci.codes import AGES, SEXES, STRATEGIES

LEVELS = ("country", "region", "district", "area", "facility", "commune", "village")
POPULATIONS = (
    "live_births",
    "surviving_infants",
    "under_1",
    "children_12_23_months",
    "children_1_4",
    "girls_10",
    "pregnant_women",
    "total",
)
SMALL_CHILDREN = ("live_births", "surviving_infants", "children_12_23_months")
"""Children who get all doses of a vaccine within months: girls of ten may get the
second a school year after the first, and women the fifth years later."""


@dataclass(frozen=True)
class Column:
    """One column of a tidy table.

    `kind` is text, number, integer, date, period, flag, or one of the words in
    `words`. `required` columns must be in the header; a blank in a required column
    is refused unless `blank` says what it means.
    """

    name: str
    kind: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    blank: str = ""
    signed: bool = False
    """Whether a negative number is as good as another (a goal of -25 %, a gap)."""


@dataclass(frozen=True)
class Table:
    """A tidy table: columns in their published order, and the key of a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Columns without which a file is not this table."""
        return tuple(column.name for column in self.columns if column.required)


_SEX = Column("sex", words=SEXES, blank="the total over both sexes")
_AGE = Column("age", words=AGES, blank="the total over ages, or age not known")
_STRATEGY = Column("strategy", words=STRATEGIES, blank="the total over strategies")


def _table(name: str, columns: Iterable[Column], key: str) -> Table:
    columns = tuple(columns)
    names = tuple(column.name for column in columns)
    keys = tuple(key.split())
    assert set(keys) <= set(names), (name, keys)
    return Table(name, columns, keys)


def _must(name: str, kind: str = "text", **rest: Any) -> Column:
    return Column(name, kind, required=True, **rest)


TIDY: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "places",
            (
                _must("place_id"),
                _must("name"),
                _must("level", words=LEVELS),
                _must("parent_id", blank="the top of the tree"),
                Column("latitude", "number"),
                Column("longitude", "number"),
                Column("valid_from", "date", blank="always"),
                Column("valid_to", "date", blank="still open"),
                Column("aliases", blank="none; several are separated by |"),
                Column("context"),
                Column("sensitive", "flag", blank="no"),
            ),
            "place_id valid_from",
        ),
        _table(
            "groups",
            (
                _must("group"),
                _must("name"),
                _must(
                    "kind",
                    words=("programme", "administrative", "study", "project", "dhis2"),
                ),
                _must("place_id", blank="a group without members"),
                Column("valid_from", "date", blank="always"),
                Column("valid_to", "date", blank="still"),
                Column("reason"),
            ),
            "group place_id valid_from",
        ),
        _table(
            "values",
            (
                _must("element"),
                _must("place_id"),
                _must("period", "period"),
                _SEX,
                _AGE,
                _STRATEGY,
                _must("value", "number", blank="left blank by the unit"),
            ),
            "element place_id period sex age strategy",
        ),
        _table(
            "targets",
            (
                _must("population", words=POPULATIONS),
                _must("place_id"),
                _must("year", "integer"),
                _SEX,
                _must("value", "number", blank="not known"),
                Column("source", blank="official"),
            ),
            "population place_id year sex source",
        ),
        _table(
            "reports",
            (
                _must("dataset"),
                _must("place_id"),
                _must("period", "period"),
                _must("expected", "number", blank="not stated"),
                Column("received", "number"),
                Column("on_time", "number"),
                Column("rate", "number"),
            ),
            "dataset place_id period",
        ),
        _table(
            "sessions",
            (
                _must("place_id"),
                _must("period", "period"),
                Column("strategy", words=STRATEGIES, blank="the total over strategies"),
                _must("planned", "number", blank="not stated"),
                Column("held", "number"),
                Column("reason"),
            ),
            "place_id period strategy",
        ),
        _table(
            "stock",
            (
                _must("product"),
                _must("place_id"),
                _must("period", "period"),
                _must("opening", "number", blank="not stated"),
                Column("received", "number"),
                Column("issued", "number"),
                Column("lost", "number"),
                Column("closing", "number"),
                Column("stockout_days", "number"),
            ),
            "product place_id period",
        ),
        _table(
            "surveys",
            (
                _must("survey"),
                _must("indicator"),
                _must("place_id"),
                _must("fieldwork_start", "date", blank="not known"),
                _must("fieldwork_end", "date", blank="not known"),
                _must("age_min_months", "number", blank="not known"),
                _must("age_max_months", "number", blank="not known"),
                _must(
                    "evidence",
                    words=("card", "history", "card_or_history"),
                    blank="not known",
                ),
                _must("timing", words=("by_survey", "by_12_months"), blank="not known"),
                _must("dose", words=("crude", "valid"), blank="not known"),
                _SEX,
                _must("estimate", "number", blank="not estimated"),
                Column("standard_error", "number"),
                Column("lower", "number"),
                Column("upper", "number"),
                Column("n", "number"),
                Column("design_effect", "number"),
                Column("cohort", "integer", blank="from fieldwork and ages"),
            ),
            "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
            " age_max_months evidence timing dose sex",
        ),
        _table(
            "lqas",
            (
                _must("round"),
                _must("place_id"),
                _must("fieldwork_start", "date", blank="not known"),
                _must("fieldwork_end", "date", blank="not known"),
                _must("indicator"),
                _SEX,
                _must("age_min_months", "number", blank="not known"),
                _must("age_max_months", "number", blank="not known"),
                _must("vaccinated", "number"),
                Column("sample", "number"),
                Column("clusters", "number"),
                Column("decision_number", "number"),
                Column("upper", "number"),
                Column("lower", "number"),
                Column("lot_population", "number"),
            ),
            "round place_id indicator sex",
        ),
        _table(
            "measures",
            (
                _must("indicator"),
                _must("place_id"),
                _must("period", "period"),
                _SEX,
                _must("numerator", "number", blank="not known"),
                _must("denominator", "number", blank="not known"),
                Column("value", "number", signed=True),
                Column("source"),
            ),
            "indicator place_id period sex source",
        ),
        _table(
            "goals",
            (
                _must("indicator"),
                Column("place_id"),
                Column("group"),
                _must("baseline_year", "integer", blank="no baseline"),
                _must("year", "integer"),
                _must("value", "number", signed=True),
                Column("source"),
            ),
            "indicator place_id group baseline_year year source",
        ),
        _table(
            "events",
            (
                _must(
                    "kind",
                    words=(
                        "stock_out",
                        "campaign",
                        "closure",
                        "displacement",
                        "new_catchment",
                        "intervention",
                        "other",
                    ),
                ),
                _must("place_id"),
                _must("start", "date"),
                _must("end", "date", blank="not over"),
                _must("note", blank="none"),
                Column("source"),
            ),
            "kind place_id start end source",
        ),
        _table(
            "corrections",
            (
                _must("correction_id"),
                _must("place_id"),
                _must("element"),
                _must("period", "period"),
                _SEX,
                _AGE,
                _STRATEGY,
                _must("action", words=("replace", "drop", "flag")),
                Column("value", "number", blank="only with drop and flag"),
                Column("expect", "number", blank="what the source said at import"),
                Column("reason"),
                Column("status", blank="accepted, with `by` and `reason`"),
                Column("by"),
                Column("on", "date"),
            ),
            "correction_id",
        ),
        _table(
            "recounts",
            (
                _must("element"),
                _must("place_id"),
                _must("period", "period"),
                _must("register", "number", blank="not counted"),
                Column("monthly_report", "number"),
            ),
            "element place_id period",
        ),
    )
}
