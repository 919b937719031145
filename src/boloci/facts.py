"""Facts as people ask for them: filters in words, rows in `tables.FACTS` out.

Filters become bound parameters on the `facts` view of a published build; nothing a
person types is ever part of the SQL text. A filter left out restricts nothing.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import fact_rows, periods
from boloci.codes import DENOMINATORS, METHODS, SEXES_ASKED, TOTAL
from boloci.fact_rows import Narrowing
from boloci.indicators_asked import indicators_named
from boloci.places_asked import inside, places_named
from boloci.problems import refuse
from boloci.published import PlaceRow, Published, published
from boloci.tables import FACTS, LEVELS
from boloci.workspace import Workspace

Words = str | Iterable[str]


@dataclass(frozen=True)
class Filters:
    """What was asked, understood: codes and keys instead of words. None: anything."""

    indicators: tuple[str, ...] | None = None
    places: tuple[PlaceRow, ...] | None = None
    level: str | None = None
    periods: tuple[int, ...] | None = None
    sex: str | None = None
    methods: tuple[str, ...] | None = None
    denominators: tuple[str, ...] | None = None


def facts(workspace: Workspace, **asked: Any) -> pa.Table:
    """Published facts that pass every filter, in the schema of `tables.FACTS`.

    indicator    names; several are alternatives
    level        country, region, district, area, facility, ... or group, or the
                 workspace's own word for it
    place        ids, names, aliases or paths "Sikasso / Bougouni"; accents and case
                 ignored. The place alone, or with `level` every place of that level
                 inside it
    period       "2024Q1", or "2019..2023": every period of that kind between the two;
                 a month is "202401" or "2024-01"
    sex          female, male, or total for rows over both
    method, denominator    codes of design 5
    profile      boloci where left out
    build        a build by its id, as it was published
    as_of        a date: data received by the end of that day, computed anew

    No row is an empty table. Raises `Refused` for words that name nothing or, with
    several places of one level, too much.
    """
    return stream(workspace, **asked).read_all()


def stream(workspace: Workspace, **asked: Any) -> pa.RecordBatchReader:
    """The same as `facts`, in batches: memory does not grow with the answer."""
    source, filters = understand(workspace, **asked)
    stored = fact_rows.read(source, narrowed(source, filters))
    worked_out = computed(workspace, source, filters)
    if worked_out is None:
        return stored
    both = chain(stored, worked_out.to_batches())
    return pa.RecordBatchReader.from_batches(FACTS, both)


def count(workspace: Workspace, **asked: Any) -> int:
    """Number of rows that `facts` would give."""
    source, filters = understand(workspace, **asked)
    worked_out = computed(workspace, source, filters)
    more = 0 if worked_out is None else worked_out.num_rows
    return fact_rows.count(source, narrowed(source, filters)) + more


def narrowed(source: Published, filters: Filters) -> Narrowing:
    """The filters in the numbers of a build."""
    sexes = {TOTAL: 0, "female": 1, "male": 2}
    return Narrowing(
        indicators=filters.indicators,
        places=place_keys(source, filters),
        periods=filters.periods,
        sexes=None if filters.sex is None else [sexes[filters.sex]],
        methods=_numbers(filters.methods, source.methods),
        denominators=_numbers(filters.denominators, source.denominators),
    )


def computed(
    workspace: Workspace, source: Published, filters: Filters
) -> pa.Table | None:
    """What no build stores, worked out by the build's functions from its counts.

    Months of indicators that are stored by quarter and longer, where months and
    indicators are asked for by name; scenarios and sources of denominators that are
    stored for no or few places, where they, indicators and places (or a level) are.
    None where nothing is to be worked out.
    """
    parts = [
        table
        for table in (
            _months(workspace, source, filters),
            _pairs(workspace, source, filters),
        )
        if table is not None
    ]
    if not parts:
        return None
    table = pa.concat_tables(parts)
    sexes = None if filters.sex is None else [filters.sex.replace(TOTAL, "")]
    for column, allowed in (
        ("sex", sexes),
        ("method", filters.methods),
        ("denominator_source", filters.denominators),
    ):
        if allowed is not None:
            held = pc.is_in(table[column], value_set=pa.array(list(allowed)))
            table = table.filter(held)
    return table


def _months(
    workspace: Workspace, source: Published, filters: Filters
) -> pa.Table | None:
    months = [p for p in filters.periods or () if periods.kind(p) == periods.MONTH]
    names = [name for name in filters.indicators or () if _not_stored(source, name)]
    if not months or not names:
        return None
    from boloci import pipeline

    return pipeline.compute(
        workspace,
        source.cursor(),
        build=source.build,
        profile=source.profile,
        indicators=names,
        places=place_keys(source, filters),
        periods=months,
    )


def _pairs(
    workspace: Workspace, source: Published, filters: Filters
) -> pa.Table | None:
    keys = place_keys(source, filters)
    if (filters.methods is None and filters.denominators is None) or not keys:
        return None
    if not source.relations >= {"adjusted_counts", "denominators"}:
        return None  # a build from before scenarios were made
    from boloci import pipeline

    catalogue = workspace.catalogue
    asked = pipeline.pairs_asked(
        [catalogue.indicators[name] for name in filters.indicators or ()],
        methods=filters.methods,
        denominators=filters.denominators,
    )
    if not asked:
        return None
    return pipeline.compute_pairs(
        workspace,
        source.cursor(),
        build=source.build,
        profile=source.profile,
        wanted=asked,
        places=keys,
        periods=filters.periods,
    )


def _not_stored(source: Published, name: str) -> bool:
    """Whether an indicator is computed and not a count or a measure as entered."""
    known = source.indicators.get(name)
    return (
        known is not None
        and known.relation != fact_rows.COUNTED
        and name not in source.measured
    )


def place_keys(source: Published, filters: Filters) -> list[int] | None:
    """Keys of the places, or of the level, that were asked for. None: all."""
    if filters.places is not None:
        return [place.key for place in filters.places]
    if filters.level is not None:
        return [p.key for p in source.places if p.level == filters.level]
    return None


def _numbers(
    wanted: Sequence[str] | None, known: Mapping[str, int]
) -> list[int] | None:
    """Numbers of words; a word that the build has no number for gives nothing."""
    if wanted is None:
        return None
    return [known[word] for word in wanted if word in known]


def understand(
    workspace: Workspace,
    *,
    indicator: Words = (),
    level: str | None = None,
    place: Words = (),
    period: str | None = None,
    sex: str | None = None,
    method: Words = (),
    denominator: Words = (),
    profile: str = "boloci",
    build: str | None = None,
    as_of: str | datetime.date | None = None,
) -> tuple[Published, Filters]:
    """The build to read and the filters in codes. Raises `Refused`."""
    source = published(
        workspace,
        profile=profile,
        build=build,
        as_of=None if as_of is None else day_named(as_of),
    )
    if sex is not None:
        one_of("sex", sex, SEXES_ASKED)
    level = None if level is None else level_named(workspace, source, level)
    return source, Filters(
        indicators=_indicators(workspace, source, words(indicator)),
        places=_places(source, words(place), level),
        level=level,
        periods=None if period is None else periods_named(period),
        sex=sex,
        methods=_codes("method", words(method), METHODS),
        denominators=_codes("denominator", words(denominator), DENOMINATORS),
    )


def periods_named(text: str) -> tuple[int, ...]:
    """Period codes of a filter: one period, or all of one kind from first to last.

    `2024Q1` is that quarter alone, `2023Q3..2024Q1` three quarters, `2023-01` the
    month 202301.
    """
    first, dots, last = text.partition("..")
    try:
        start = periods.typed(first)
        stop = periods.typed(last) if dots else start
    except periods.NotAPeriod:
        raise refuse("period_unknown", period=text) from None
    kind = periods.kind(start)
    if periods.kind(stop) != kind:
        raise refuse("period_kinds_differ", period=text)
    if stop < start:
        raise refuse("period_reversed", period=text, turned=f"{last}..{first}")
    months = periods.month_range(periods.span(start).first, periods.span(stop).last)
    return tuple(dict.fromkeys(periods.containing(month, kind) for month in months))


def day_named(given: str | datetime.date) -> datetime.date:
    """A day from its ISO text. Raises `Refused`."""
    if isinstance(given, datetime.date):
        return given
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise refuse("day_unknown", day=given) from None


def level_named(
    workspace: Workspace,
    source: Published,
    text: str,
    *,
    option: str = "--level",
    also: Sequence[str] = (),
) -> str:
    """Level code of a word: the code itself, or what the workspace calls it.

    Raises `Refused`, naming the option that the word was given to, the levels there
    are and what else (`also`) could be given.
    """
    from boloci.names import fold

    found = {fold(code): code for code in (*LEVELS, "group")}
    for code, named in workspace.levels.items():
        found.update({fold(name): code for name in named.values()})
    if fold(text) not in found:
        here = list(dict.fromkeys(place.level for place in source.places))
        known = ", ".join([*here, *also])
        raise refuse("level_unknown", level=text, known=known, option=option)
    return found[fold(text)]


def words(given: Words) -> tuple[str, ...]:
    """One word or several, as a tuple."""
    return (given,) if isinstance(given, str) else tuple(given)


def _places(
    source: Published, named: Sequence[str], level: str | None
) -> tuple[PlaceRow, ...] | None:
    """Places asked for; with a level those of that level inside them."""
    if not named:
        return None
    if not all(text.strip() for text in named):
        raise refuse("place_blank")
    chosen = [place for text in named for place in places_named(source, text)]
    if level is None:
        return tuple(dict.fromkeys(chosen))
    return tuple(dict.fromkeys(p for c in chosen for p in inside(source, c, level)))


def _indicators(
    workspace: Workspace, source: Published, named: Sequence[str]
) -> tuple[str, ...] | None:
    """Indicator names, each known to the build or at least to the catalogue."""
    if not named:
        return None
    return indicators_named(workspace.catalogue, source.indicators, named)


def closest(text: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known words most like a text, best first."""
    from rapidfuzz import fuzz, process

    found = process.extract(text, sorted(known), scorer=fuzz.WRatio, limit=count)
    return [word for word, _, _ in found]


def _codes(
    what: str, given: Sequence[str], known: Sequence[str]
) -> tuple[str, ...] | None:
    for code in given:
        one_of(what, code, known)
    return tuple(dict.fromkeys(given)) or None


def one_of(what: str, given: str, known: Sequence[str]) -> None:
    """Refuse a word that is not in a list, naming the list."""
    if given not in known:
        raise refuse("choice_unknown", what=what, given=given, known=", ".join(known))
