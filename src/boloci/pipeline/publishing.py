"""The published file: cubes, the facts over them, the small tables that name numbers.

counts         doses and services of every place and period
against        doses beside their target
computed_fact  facts stored row by row
*_fact         views: counts and statistics of `against`, as facts
fact           every fact but counts, in numbers
facts          every fact, in the words of `tables.FACTS`
"""

from collections.abc import Iterable, Sequence

import narwhals as nw
import pyarrow as pa

from boloci import codes
from boloci.catalogue.definitions import Indicator
from boloci.lake.engines import Engine
from boloci.pipeline import computing, formulas
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.vocabulary import FACT, FLAGS, Frame, among

DENOMINATORS = ("", *codes.DENOMINATORS)
"""Sources of denominators by their number in a build; 0: none."""


def create_fact_table(engine: Engine) -> None:
    """Table `computed_fact`: one row a key, numbers in place of words."""
    engine.connection.execute(
        "CREATE TABLE computed_fact (indicator_key SMALLINT, place INTEGER,"
        " period INTEGER, sex TINYINT, method TINYINT, denominator_source TINYINT,"
        " numerator DOUBLE, denominator DOUBLE, value DOUBLE, flags BIGINT,"
        " expected INTEGER, received INTEGER,"
        " lower DOUBLE, upper DOUBLE, confidence DOUBLE)"
    )


def labelled(frame: Frame, indicator: Indicator, rules: Rules) -> Frame:
    """Facts of one indicator with its number: its place in the catalogue.

    Method and source of the denominator: those of the indicator's formula, or of the
    frame's column `pair` (see `scenarios.Pair`).
    """
    number = list(rules.indicators).index(indicator.indicator)
    method = nw.lit(codes.METHODS.index(computing.method(indicator)))
    source = nw.lit(DENOMINATORS.index(computing.denominator_source(indicator)))
    if among(frame, "pair"):
        method = nw.col("pair") // len(DENOMINATORS)
        source = nw.col("pair") % len(DENOMINATORS)
    return frame.with_columns(
        indicator_key=nw.lit(number), method=method, denominator_source=source
    )


def append_facts(engine: Engine, query: str) -> None:
    """Add facts that are `labelled`."""
    engine.connection.execute(
        f"INSERT INTO computed_fact BY NAME SELECT {_COLUMNS} FROM ({query})"
    )


def append_found(engine: Engine, found: pa.Table, rules: Rules) -> None:
    """Add facts of several indicators whose method and denominator are their own.

    For what is not computed from counts: surveys, lots, WUENIC, teams. Columns of
    `found`: indicator (name), place (key), period (code), sex (0 both, 1 girls, 2
    boys), method and denominator_source (words of `codes`, blank: none), numerator,
    denominator, value, flags (bits), expected, received, lower, upper, confidence;
    a column left out is null (flags: 0). An indicator that the catalogue has not is
    left out: say so in a finding.
    """
    names = list(rules.indicators)
    numbers = [
        names.index(n) if n in names else None for n in found["indicator"].to_pylist()
    ]
    keyed = pa.table(
        {
            "indicator_key": pa.array(numbers, pa.int16()),
            "place": found["place"],
            "period": found["period"],
            "sex": found["sex"],
            "method": _numbered(found, "method", codes.METHODS),
            "denominator_source": _numbered(found, "denominator_source", DENOMINATORS),
            **{
                name: found[name]
                if name in found.column_names
                else pa.nulls(found.num_rows, pa.float64())
                for name in FACT[3:]
                if name != "flags"
            },
            "flags": found["flags"]
            if "flags" in found.column_names
            else pa.array([0] * found.num_rows, pa.int64()),
        }
    )
    engine.put("found_facts", keyed)
    engine.connection.execute(
        f"INSERT INTO computed_fact BY NAME SELECT {_COLUMNS} FROM found_facts"
        " WHERE indicator_key IS NOT NULL ORDER BY indicator_key, place, period"
    )
    engine.drop("found_facts")


def _numbered(found: pa.Table, column: str, words: Sequence[str]) -> pa.Array:
    """Positions of a column's words; a column left out is the first word, blank."""
    if column not in found.column_names:
        return pa.array([0] * found.num_rows, pa.int8())
    told = found[column].to_pylist()
    return pa.array([words.index(word or "") for word in told], pa.int8())


def append_measures(engine: Engine, rules: Rules) -> None:
    """Add measures as they were entered, by the method of their source."""
    names = list(rules.indicators)
    methods = " ".join(f"WHEN '{m}' THEN {i}" for i, m in enumerate(codes.METHODS))
    numbers = pa.table(
        {
            "indicator": pa.array(names, pa.string()),
            "indicator_key": pa.array(range(len(names)), pa.int16()),
        }
    )
    engine.put("indicator_numbers", numbers)
    engine.connection.execute(
        "INSERT INTO computed_fact BY NAME"
        " SELECT n.indicator_key, m.place, m.period, m.sex,"
        f" (CASE m.method {methods} END)::TINYINT AS method,"
        " 0 AS denominator_source, m.numerator, m.denominator, m.value, 0 AS flags,"
        " NULL AS expected, NULL AS received,"
        " NULL AS lower, NULL AS upper, NULL AS confidence"
        " FROM measures m JOIN indicator_numbers n USING (indicator)"
        " ORDER BY ALL"
    )
    engine.drop("indicator_numbers")


def relate(engine: Engine, rules: Rules) -> int:
    """Table `indicator` and the relations facts are read from; number of facts.

    `relation` names the table or view that holds an indicator's facts, and `element`
    which of its rows; views are the statistics themselves, over the rows kept.
    """
    engine.connection.execute(_count_fact())
    against = engine.columns("against")
    for kind, statistic in formulas.AGAINST.items():
        view = engine.query(statistic, against)
        engine.connection.execute(f"CREATE VIEW {kind}_fact AS {view}")
    rows = [
        {
            "indicator_key": number,
            "indicator": definition.indicator,
            "unit": str(definition.unit),
            "relation": _relation(definition, rules),
            "element": _element(definition, rules),
        }
        for number, definition in enumerate(rules.indicators.values())
    ]
    schema = pa.schema(
        [
            ("indicator_key", pa.int16()),
            *((name, pa.string()) for name in ("indicator", "unit", "relation")),
            ("element", pa.int16()),
        ]
    )
    engine.put("indicator", pa.Table.from_pylist(rows, schema=schema), lasting=True)
    engine.connection.execute(_FACT)
    engine.connection.execute(_EVERY_COUNT)
    return _number_of_facts(engine)


def _relation(definition: Indicator, rules: Rules) -> str:
    if definition.indicator in rules.with_goals:
        return "computed_fact"
    if computing.counts_of(definition, rules) is not None:
        return "count_fact"
    kind = definition.formula["kind"]
    return f"{kind}_fact" if kind in formulas.AGAINST else "computed_fact"


def _element(definition: Indicator, rules: Rules) -> int | None:
    """Which rows of its relation are an indicator's; null: those with its key."""
    formula = definition.formula
    if definition.indicator in rules.with_goals:
        return None
    if formula["kind"] in formulas.AGAINST:
        return rules.key(formula["element"])
    return computing.counts_of(definition, rules)


def _number_of_facts(engine: Engine) -> int:
    rows = engine.rows(
        "SELECT (SELECT count(*) FROM fact) + (SELECT count(*) FROM every_count)"
    )
    return int(rows[0][0])


def finish(
    engine: Engine,
    known: Understood,
    rules: Rules,
    findings: pa.Table,
    *,
    build: str,
    profile: str,
) -> None:
    """Tables that name the numbers, findings, and the view `facts`."""
    elements = {key: code for code, key in known.mapped.keys.items()}
    engine.put(
        "element",
        pa.table(
            {
                "element": pa.array(elements, pa.int16()),
                "code": [code for code, _variant in elements.values()],
                "variant": [variant for _code, variant in elements.values()],
            }
        ),
        lasting=True,
    )
    for name, words in (
        ("method", codes.METHODS),
        ("denominator_source", DENOMINATORS),
    ):
        numbers = pa.array(range(len(words)), pa.int8())
        table = pa.table({name: numbers, "word": words})
        engine.put(f"{name}_word", table, lasting=True)
    engine.put("findings", findings, lasting=True)
    _flag_words(engine)
    engine.connection.execute(_FACTS.format(build=build, profile=profile))
    main = pa.table({"dataset": pa.array([rules.main_dataset], pa.int16())})
    engine.put("main_dataset", main, lasting=True)


def _flag_words(engine: Engine) -> None:
    """Table `flag_word`: every sum of flags that may occur, and the words for it."""
    given = engine.rows(
        "SELECT DISTINCT flags FROM against UNION SELECT flags FROM computed_fact"
    )
    added = [FLAGS[name] for name in _ADDED_FLAGS]
    counted = [FLAGS[name] for name in _COUNT_FLAGS]
    given_flags = {code | extra for (code,) in given for extra in _sums(added)}
    given_flags |= set(_sums(counted))
    engine.put("flag_word", _worded(given_flags), lasting=True)


def _worded(flags: Iterable[int]) -> pa.Table:
    words = {
        code: ";".join(sorted(name for name, bit in FLAGS.items() if code & bit))
        for code in sorted(flags)
    }
    return pa.table(
        {
            "flags": pa.array(words.keys(), pa.int64()),
            "word": pa.array(words.values(), pa.string()),
        }
    )


def word_flags(engine: Engine) -> None:
    """Words for the flags of facts that came into a file after it was finished."""
    new = engine.rows(
        "SELECT DISTINCT flags FROM computed_fact"
        " WHERE flags NOT IN (SELECT flags FROM flag_word)"
    )
    engine.put("new_words", _worded(code for (code,) in new))
    engine.connection.execute("INSERT INTO flag_word BY NAME SELECT * FROM new_words")
    engine.drop("new_words")


def rename(engine: Engine, *, build: str, profile: str) -> None:
    """Give a finished file the name of another build, wherever it tells its own."""
    tables = engine.rows(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'build'"
        " AND table_name IN (SELECT table_name FROM duckdb_tables())"
    )
    for (table,) in tables:
        engine.connection.execute(f"UPDATE {table} SET build = ?", [build])
    engine.connection.execute("DROP VIEW facts")
    engine.connection.execute(_FACTS.format(build=build, profile=profile))


def _sums(bits: list[int]) -> set[int]:
    """Every sum of some of these bits, none of them included."""
    sums = {0}
    for bit in bits:
        sums |= {code | bit for code in sums}
    return sums


_ADDED_FLAGS = (
    "above_100",
    "negative",
    "sex_partial",
    "sex_ratio_assumed",
    "more_doses_than_children",
    "reports_missing",
)
"""Flags that statistics of `against` add to those a row already has."""
_COUNT_FLAGS = (
    *("incomplete", "no_report", "partial", "age_unknown", "to_date"),
    "corrected",
)

_COLUMNS = (
    "indicator_key, place, period, sex, method, denominator_source, numerator,"
    " denominator, value, flags, expected, received, lower, upper, confidence"
)
_SOURCE_TARGET = DENOMINATORS.index("target")
_FACT = f"CREATE VIEW fact AS SELECT {_COLUMNS} FROM computed_fact" + "".join(
    f" UNION ALL SELECT i.indicator_key, f.place, f.period, f.sex::TINYINT AS sex,"
    f" 0::TINYINT AS method, {_SOURCE_TARGET}::TINYINT AS denominator_source,"
    " f.numerator, f.denominator, f.value, f.flags, f.expected, f.received,"
    " f.lower, f.upper, f.confidence"
    f" FROM {kind}_fact f JOIN indicator i ON i.element = f.element"
    f" AND i.relation = '{kind}_fact'"
    for kind in formulas.AGAINST
)
_EVERY_COUNT = """
CREATE VIEW every_count AS
SELECT i.indicator_key, c.place, c.period, c.sex, 0::TINYINT AS method,
       0::TINYINT AS denominator_source, c.value AS numerator,
       NULL::DOUBLE AS denominator, c.value, c.flags, c.expected, c.received,
       NULL::DOUBLE AS lower, NULL::DOUBLE AS upper, NULL::DOUBLE AS confidence
FROM count_fact c
JOIN indicator i ON i.element = c.element AND i.relation = 'count_fact'
"""


def _count_fact() -> str:
    """SQL of the view `count_fact`: counts as facts, girls and boys where told."""
    flags = (
        f"(coalesce((received < expected)::INTEGER, 0) * {FLAGS['incomplete']}"
        f" + coalesce((received = 0)::INTEGER, 0) * {FLAGS['no_report']}"
        f" + partial * {FLAGS['partial']} + age_unknown * {FLAGS['age_unknown']}"
        f" + to_date * {FLAGS['to_date']}"
        f" + corrected * {FLAGS['corrected']})::BIGINT AS flags"
    )
    return "CREATE VIEW count_fact AS " + " UNION ALL ".join(
        f"SELECT element, place, period, {sex}::TINYINT AS sex, {column} AS value,"
        f" {flags}, expected, received FROM counts {where}"
        for sex, column, where in (
            (0, "total", ""),
            (1, "female", "WHERE female IS NOT NULL"),
            (2, "male", "WHERE male IS NOT NULL"),
        )
    )


PERIOD_TEXT = """CASE WHEN f.period % 100 = 0 THEN (f.period // 100)::VARCHAR
     WHEN f.period % 100 <= 12 THEN f.period::VARCHAR
     WHEN f.period % 100 < 30 THEN (f.period // 100) || 'Q' || (f.period % 100 - 20)
     ELSE (f.period // 100) || 'S' || (f.period % 100 - 30) END"""
SEX_TEXT = "CASE f.sex WHEN 0 THEN '' WHEN 1 THEN 'female' ELSE 'male' END"

_FACTS = f"""
CREATE VIEW facts AS
SELECT i.indicator, p.place_id, p.name AS place, coalesce(p.level, '') AS level,
       {PERIOD_TEXT} AS period, {SEX_TEXT} AS sex,
       '{{profile}}' AS profile, m.word AS method, d.word AS denominator_source,
       f.numerator, f.denominator, f.value,
       f.lower, f.upper, f.confidence,
       i.unit, w.word AS flags, f.expected::BIGINT AS expected,
       f.received::BIGINT AS received, '{{build}}' AS build
FROM (SELECT * FROM fact UNION ALL SELECT * FROM every_count) f
JOIN indicator i ON i.indicator_key = f.indicator_key
JOIN place p ON p.place_key = f.place
JOIN method_word m ON m.method = f.method
JOIN denominator_source_word d ON d.denominator_source = f.denominator_source
JOIN flag_word w ON w.flags = f.flags
"""
