"""The published file: table `fact`, the small tables that name its numbers, views."""

import narwhals as nw
import pyarrow as pa

from boloci.catalogue.definitions import Indicator
from boloci.lake.engines import Engine, sql
from boloci.pipeline import computing
from boloci.pipeline.computing import Rules
from boloci.pipeline.understanding import Understood
from boloci.stats.vocabulary import FLAGS, Frame
from boloci.tables import FACTS

METHODS = (
    "reported",
    "outliers",
    "completeness",
    "both",
    "estimated",
    "survey",
    "lqas",
    "wuenic",
    "register",
    "team",
)
DENOMINATORS = (
    "",
    "target",
    "dhis2",
    "anc1",
    "penta1",
    "penta1_derived",
    "un",
    "worldpop",
)


def create_fact_table(engine: Engine) -> None:
    """Table `fact`: one row a key, numbers in place of words."""
    engine.connection.execute(
        "CREATE TABLE fact (indicator_key SMALLINT, place INTEGER, period INTEGER,"
        " sex TINYINT, method TINYINT, denominator_source TINYINT, numerator DOUBLE,"
        " denominator DOUBLE, value DOUBLE, flags INTEGER, expected INTEGER,"
        " received INTEGER)"
    )


def append_facts(
    engine: Engine, frame: Frame, indicator: Indicator, number: int
) -> None:
    """Add the facts of one indicator, ordered so that a place is one block."""
    method = METHODS.index(computing.method(indicator))
    source = DENOMINATORS.index(computing.denominator_source(indicator))
    labelled = frame.with_columns(
        indicator_key=nw.lit(number),
        method=nw.lit(method),
        denominator_source=nw.lit(source),
    )
    engine.connection.execute(
        f"INSERT INTO fact BY NAME {sql(labelled)} ORDER BY place, period, sex"
    )


def append_measures(engine: Engine, rules: Rules) -> None:
    """Add measures as they were entered; `source` says by what method."""
    names = list(rules.indicators)
    methods = " ".join(f"WHEN '{m}' THEN {i}" for i, m in enumerate(METHODS))
    numbers = pa.table(
        {
            "indicator": pa.array(names, pa.string()),
            "indicator_key": pa.array(range(len(names)), pa.int16()),
        }
    )
    engine.put("indicator_numbers", numbers)
    register = METHODS.index("register")
    engine.connection.execute(
        "INSERT INTO fact BY NAME SELECT n.indicator_key, m.place, m.period, m.sex,"
        f" (CASE m.source {methods} ELSE {register} END)::TINYINT AS method,"
        " 0 AS denominator_source, m.numerator, m.denominator, m.value, 0 AS flags,"
        " NULL AS expected, NULL AS received"
        " FROM measures m JOIN indicator_numbers n USING (indicator)"
        " ORDER BY ALL"
    )
    engine.drop("indicator_numbers")


def finish(
    engine: Engine,
    known: Understood,
    rules: Rules,
    findings: pa.Table,
    *,
    build: str,
    profile: str,
) -> None:
    """Tables that name the numbers, findings, views `facts` and `count_fact`."""
    definitions = list(rules.indicators.values())
    counted = [computing.counts_of(indicator, rules) for indicator in definitions]
    engine.put(
        "indicator",
        pa.table(
            {
                "indicator_key": pa.array(range(len(definitions)), pa.int16()),
                "indicator": [d.indicator for d in definitions],
                "unit": [str(d.unit) for d in definitions],
                "element": pa.array(counted, pa.int16()),
            }
        ),
        lasting=True,
    )
    codes = {key: code for code, key in known.mapped.keys.items()}
    engine.put(
        "element",
        pa.table(
            {
                "element": pa.array(codes, pa.int16()),
                "code": [code for code, _variant in codes.values()],
                "variant": [variant for _code, variant in codes.values()],
            }
        ),
        lasting=True,
    )
    for name, words in (("method", METHODS), ("denominator_source", DENOMINATORS)):
        numbers = pa.array(range(len(words)), pa.int8())
        engine.put(
            f"{name}_word", pa.table({name: numbers, "word": words}), lasting=True
        )
    engine.put("findings", findings, lasting=True)
    engine.connection.execute(_COUNT_FACT)
    _flag_words(engine)
    _create_views(engine, build=build, profile=profile)
    engine.connection.execute(
        "CREATE TABLE main_dataset AS SELECT ?::SMALLINT AS dataset",
        [rules.main_dataset],
    )


def _flag_words(engine: Engine) -> None:
    """Table `flag_word`: every sum of flags that occurs, and the words for it."""
    found = engine.rows(
        "SELECT flags FROM fact UNION SELECT flags FROM count_fact ORDER BY 1"
    )
    codes = [code for (code,) in found]
    words = [
        ";".join(sorted(name for name, bit in FLAGS.items() if code & bit))
        for code in codes
    ]
    engine.put(
        "flag_word",
        pa.table({"flags": pa.array(codes, pa.int32()), "word": words}),
        lasting=True,
    )


_FLAGS_OF_COUNT = (
    f"(coalesce((received < expected)::INTEGER, 0) * {FLAGS['incomplete']}"
    f" + coalesce((received = 0)::INTEGER, 0) * {FLAGS['no_report']}"
    f" + partial * {FLAGS['partial']} + age_unknown * {FLAGS['age_unknown']}"
    f" + to_date * {FLAGS['to_date']})::INTEGER AS flags"
)

_COUNT_FACT = "CREATE VIEW count_fact AS " + " UNION ALL ".join(
    f"SELECT element, place, period, {sex}::TINYINT AS sex, {column} AS value,"
    f" {_FLAGS_OF_COUNT}, expected, received FROM counts {where}"
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

_NAMED = f"""
SELECT i.indicator, p.place_id, p.name AS place, coalesce(p.level, '') AS level,
       {PERIOD_TEXT} AS period, {SEX_TEXT} AS sex,
       '{{profile}}' AS profile, m.word AS method, d.word AS denominator_source,
       f.numerator, f.denominator, f.value,
       NULL::DOUBLE AS lower, NULL::DOUBLE AS upper, NULL::DOUBLE AS confidence,
       i.unit, w.word AS flags, f.expected::BIGINT AS expected,
       f.received::BIGINT AS received, '{{build}}' AS build,
       f.indicator_key, f.place AS place_key, f.period AS period_key
FROM {{rows}} f
JOIN indicator i ON i.indicator_key = f.indicator_key
JOIN place p ON p.place_key = f.place
JOIN method_word m ON m.method = f.method
JOIN denominator_source_word d ON d.denominator_source = f.denominator_source
JOIN flag_word w ON w.flags = f.flags
"""

_COUNTED = """(
    SELECT i.indicator_key, c.element, c.place, c.period, c.sex, 0::TINYINT AS method,
           0::TINYINT AS denominator_source, c.value AS numerator,
           NULL::DOUBLE AS denominator, c.value, c.flags, c.expected, c.received
    FROM count_fact c JOIN indicator i ON i.element = c.element
)"""

STORED_ROWS, COUNTED_ROWS = "stored_fact_rows", "counted_fact_rows"
"""Views behind `facts`: the columns of `tables.FACTS`, then indicator_key, place_key,
period_key (integers a reader narrows by, so that one number touches one block) and,
for counts, element."""


def _create_views(engine: Engine, *, build: str, profile: str) -> None:
    named = _NAMED.format(build=build, profile=profile, rows="{rows}")
    engine.connection.execute(
        f"CREATE VIEW {STORED_ROWS} AS {named.format(rows='fact')}"
    )
    counted = named.replace(
        "f.period AS period_key", "f.period AS period_key, f.element"
    )
    engine.connection.execute(
        f"CREATE VIEW {COUNTED_ROWS} AS {counted.format(rows=_COUNTED)}"
    )
    columns = ", ".join(FACTS.names)
    engine.connection.execute(
        f"CREATE VIEW facts AS SELECT {columns} FROM {STORED_ROWS}"
        f" UNION ALL SELECT {columns} FROM {COUNTED_ROWS}"
    )
