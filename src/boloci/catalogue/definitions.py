"""What a definition file may say: one frozen structure for each kind of entry.

The loader converts the merged YAML into these with `msgspec.convert`, so that a key
that is misspelt, missing or of the wrong kind is told to its author and never
ignored. Texts for people are `Words`: language code -> text, French and English at
least.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from boloci.codes import AGES, SEXES, STRATEGIES
from boloci.tables import POPULATIONS

Words = dict[str, str]
"""Language code -> text; `fr` and `en` are always there."""

LANGUAGES = ("fr", "en")

FORMULAS: dict[str, tuple[str, ...]] = {
    "doses": ("element", "ages", "strategy"),
    "count": ("element",),
    "coverage": ("element", "population"),
    "coverage_reporting_units": ("element", "population"),
    "target_minus_doses": ("element", "population"),
    "not_reached": ("element", "population"),
    "not_reached_share": ("element", "population"),
    "started_not_finished": ("first", "last"),
    "dropout": ("first", "last"),
    "dropout_lagged": ("first", "last", "months"),
    "sex_gap": ("element", "population"),
    "sex_ratio": ("element", "population"),
    "sex_gap_relative": ("element", "population"),
    "doses_with_sex_share": ("element",),
    "completeness": ("as",),
    "form_completeness": ("form_of",),
    "timeliness": ("as",),
    "session_completion": ("strategy",),
    "red_category": (),
    "ratio": ("first", "second"),
    "change_since_baseline": ("of",),
    "share_of_places": ("of", "level", "at_least"),
    "units_without_outlier": ("element",),
    "months_without_outlier": ("element",),
    "values_known": ("element",),
    "lot_class": ("element",),
    "estimated": (),
    "measure": ("of",),
    "measure_sex_gap": ("of",),
}
"""Kinds of formula and the keys each one needs; `boloci.stats` computes them."""

UNITS = ("children", "doses", "visits", "percent", "points", "ratio", "category")
DIRECTIONS = ("up", "down", "none")

_Text = Annotated[str, Meta(min_length=1)]


class Element(Struct, frozen=True, forbid_unknown_fields=True):
    """What boloci counts: a dose of a vaccine, a service or cases of a disease."""

    code: str
    kind: Literal["dose", "service", "case"]
    name: Words
    aliases: tuple[str, ...] = ()
    antigen: str = ""
    dose: int | None = None
    target: str = ""
    """Population this dose is meant for; blank: no target is known."""
    target_ages: tuple[str, ...] = ()
    """Ages that count for coverage, beside a blank age."""
    fallback_ages: tuple[str, ...] = ()
    """Ages taken where the form does not split by `target_ages`, with a flag."""
    else_target: str = ""
    """Population taken where `target` is missing, with a flag."""
    else_target_year: int = 0
    """Year of `else_target`, relative to the year of the doses."""
    birth: bool = False
    """Given at birth: the population is live births."""
    parts: tuple[str, ...] = ()
    """Elements whose sum it is where it is not reported itself."""


class Antigen(Struct, frozen=True, forbid_unknown_fields=True):
    """How a vaccine is called in names of data elements."""

    name: Words
    words: tuple[str, ...]
    diseases: tuple[str, ...] = ()
    """Words that are also the name of a disease: need a word for a dose beside."""
    doses: dict[int, str] = {}
    """Number in the name -> element code."""
    alone: str = ""
    """Element meant where the name gives no number; blank: a doubt."""
    plus: str = ""
    """Element meant by "2+"."""
    product: str = ""
    """Product code in the stock table."""


class Product(Struct, frozen=True, forbid_unknown_fields=True):
    """A product that stock is kept of."""

    name: Words
    words: tuple[str, ...] = ()


class Population(Struct, frozen=True, forbid_unknown_fields=True):
    """A target population."""

    name: Words
    words: tuple[str, ...] = ()


class FormulaText(Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of formula in words, and the constants of the profile that it reads."""

    fr: _Text
    en: _Text
    constants: tuple[str, ...] = ()


class MeasureText(Struct, frozen=True, forbid_unknown_fields=True):
    """A measure of inequality in words."""

    name: Words
    meaning: Words
    """What it says, in one sentence."""
    formula: Words
    null: Words
    """When it is refused."""
    unit: Literal["percent", "points", "squared_points", "per_thousand", "ratio"]
    programme: bool = False
    """Whether it is for programme pages; the others are for researchers."""
    ordered: bool = False
    """Whether it is of groups in an order only."""


class DenominatorText(Struct, frozen=True, forbid_unknown_fields=True):
    """A source of denominators in words, and the constants that its chain reads."""

    name: Words
    chain: Words
    caveat: Words
    constants: tuple[str, ...] = ()


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """One line of a definition's change log."""

    date: datetime.date
    by: _Text
    what: Words


class Indicator(Struct, frozen=True, forbid_unknown_fields=True):
    """The definition of one indicator."""

    indicator: str
    name: Words
    why: Words
    numerator: Words
    denominator: Words
    null: Words
    """When the value is blank."""
    formula: Mapping[str, Any]
    unit: Literal[UNITS]  # type: ignore[valid-type]
    direction: Literal[DIRECTIONS]  # type: ignore[valid-type]
    source: _Text
    author: _Text
    checker: str
    """Who checked it against its source; blank: nobody yet, which the handbook says."""
    reviewed: datetime.date
    changes: tuple[Change, ...]
    periods: tuple[Literal["month", "quarter", "semester", "year"], ...] = (
        "quarter",
        "semester",
        "year",
    )
    levels: tuple[str, ...] = ()
    """Levels it is published for; none: all."""
    family: str = ""
    """Name of the definition it was expanded from, where it stands for many."""


class Constant(Struct, frozen=True, forbid_unknown_fields=True):
    """One constant of a profile, with where it comes from."""

    value: Any
    source: _Text
    note: Words = {}


class Profile(Struct, frozen=True, forbid_unknown_fields=True):
    """A way of computing: every threshold and rule that a formula needs."""

    profile: str
    name: Words
    about: Words
    constants: dict[str, Constant]
    verified: Words
    """What was checked against the tool it reproduces, and what was not."""

    def value(self, constant: str) -> Any:
        """Value of a constant. Raises `KeyError` for one the profile has not."""
        return self.constants[constant].value


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """A finding in words: sentence and suggested action."""

    fr: _Text
    en: _Text
    name: Words
    """A few words for lists and menus."""
    severity: Literal["info", "warning", "error"] = "warning"
    action: Words = {}
    command: str = ""
    """What does the action on the command line; pages have a link for it."""
    constants: tuple[str, ...] = ()
    """Constants it reads: not looked for under a profile that has not all of them."""
    explained_by: tuple[str, ...] = ()
    """Kinds of context that explain it: the finding then says so and is an info."""


class CheckText(Struct, frozen=True, forbid_unknown_fields=True):
    """A family of checks in words, and the rules its findings bear."""

    fr: _Text
    en: _Text
    rules: tuple[str, ...]


class ClauseText(Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a sentence, and what to do where it is the reason."""

    fr: _Text
    en: _Text
    action: Words = {}


class ProblemText(Struct, frozen=True, forbid_unknown_fields=True):
    """A problem in words: sentence, remedy and exit code."""

    fr: _Text
    en: _Text
    exit: Literal[1, 2, 3, 4] = 1
    remedy: Words = {}


class Age(Struct, frozen=True, forbid_unknown_fields=True):
    """An age at which a dose is due."""

    at: float
    unit: Literal["day", "week", "month", "year"]
    until: float | None = None


class ScheduleRow(Struct, frozen=True, forbid_unknown_fields=True):
    """One dose of a national schedule, from a date on."""

    element: str
    source: _Text
    age: Age | None = None
    """Age due; none: not by age (pregnancy, season)."""
    when: Words = {}
    """What no age can say: "in pregnancy", "before the rains"."""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    places: tuple[str, ...] = ()
    """Where it is active; none: the whole country."""
    to_confirm: Words = {}
    """What a reviewer must still check."""


class Schedule(Struct, frozen=True, forbid_unknown_fields=True):
    """A country's vaccination schedule, as a reviewed file."""

    rows: tuple[ScheduleRow, ...] = ()
    reviewed: datetime.date | None = None
    reviewer: str = ""
    note: Words = {}


class Member(Struct, frozen=True, forbid_unknown_fields=True):
    """A place in a group, with dates and the reason."""

    place: _Text
    level: str = ""
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None
    reason: Words = {}
    context: str = ""


class Group(Struct, frozen=True, forbid_unknown_fields=True):
    """A group of places: programme, study, project, administrative map."""

    name: Words
    kind: Literal["programme", "administrative", "study", "project"]
    note: Words = {}
    source: str = ""
    roll_up: bool = True
    """Whether figures of the members add up to figures of the group."""
    members: tuple[Member, ...] = ()


class Spelling(Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to write one place name, and names that look like it and are not it."""

    name: _Text
    aliases: tuple[str, ...] = ()
    not_to_confuse: tuple[str, ...] = ()


class Map(Struct, frozen=True, forbid_unknown_fields=True):
    """An administrative map: its first level, and the days it was in force."""

    name: Words
    regions: tuple[str, ...]
    source: _Text
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


class Country(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings of a country: languages, level names, groups, spellings."""

    country: str = ""
    """ISO 3166 code of two letters; blank: neutral."""
    name: Words = {}
    languages: tuple[str, ...] = LANGUAGES
    levels: dict[str, Words] = {}
    time_zone: str = "UTC"
    note: Words = {}
    constants: dict[str, Constant] = {}
    """Constants of this country, laid over those of profile `boloci`."""
    schedule: Schedule = Schedule()
    groups: dict[str, Group] = {}
    spellings: tuple[Spelling, ...] = ()
    maps: tuple[Map, ...] = ()
    """Administrative maps, which are not the health tree."""


ALLOWED = {
    "sex": SEXES,
    "age": AGES,
    "strategy": STRATEGIES,
    "population": POPULATIONS,
}
"""Words of the tables that definitions may use."""
