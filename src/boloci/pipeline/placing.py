"""From the texts of files to units and cells: the view `placed` that counts rest on."""

from collections.abc import Sequence

import pyarrow as pa

from boloci.lake import merge
from boloci.lake.engines import Engine
from boloci.pipeline import correcting
from boloci.pipeline.mapping import KIND
from boloci.pipeline.understanding import Understood

PLACED = (
    "unit, period, key AS element, kind_cell AS cell, value, snapshot, system,"
    " aggregate"
)
_NOWHERE = (
    "SELECT 0::INTEGER AS unit, 0::INTEGER AS period, 0::SMALLINT AS element,"
    " 0::SMALLINT AS cell, 0::DOUBLE AS value, 0 AS snapshot, '' AS system,"
    " FALSE AS aggregate WHERE FALSE"
)


def place_values(engine: Engine, known: Understood) -> None:
    """View `placed`: each value that counts, at its unit and cell of its form.

    Corrections that apply stand in it in the place of what was reported.
    """
    put_words(engine, known)
    rows = told(engine, known, known.files)
    correcting.correct(engine, known, told)
    if rows and engine.exists("FROM corrected_cells"):
        rows = correcting.with_corrections(rows)
    placed = f"SELECT {PLACED} FROM ({rows})" if rows else _NOWHERE
    engine.connection.execute(f"CREATE TEMP VIEW placed AS {placed}")


def put_words(engine: Engine, known: Understood) -> None:
    """Tables `kind_cells` and `place_texts`: what the words of files mean."""
    kinds = [(name, pa.string()) for name in KIND]
    keys = [("key", pa.int16()), ("cell", pa.int16()), ("named", pa.string())]
    cells = pa.Table.from_pylist(known.mapped.cells, schema=pa.schema(kinds + keys))
    engine.put("kind_cells", cells)
    texts = list(known.place_keys)
    units = pa.array([known.place_keys[text] for text in texts], pa.int32())
    engine.put("place_texts", pa.table({"text": pa.array(texts, "str"), "unit": units}))


def same_kind(known: Understood) -> str:
    """SQL: a value `v` is of a kind `k`, a row of `Mapped.cells` (blanks are "").

    Columns that are blank in every file are not compared. One that only kinds with no
    cell fill is: their values would else be counted as those of a kind that has.
    """
    split = [f"coalesce(v.{name}, '') = k.{name}" for name in known.mapped.split_by]
    return " AND ".join(["v.element = k.element", *split])


def told(engine: Engine, known: Understood, files: Sequence[merge.ValuesFile]) -> str:
    """SQL of what files tell, each value once: `merge.values_query` with unit, the key
    of its element and its cell of the form. Blank where there is no file.
    """
    if not files:
        return ""
    values = merge.values_query(engine.connection, files)
    found = (
        "SELECT p.unit, v.*, k.key, k.cell AS kind_cell, k.named"
        f" FROM ({values}) v"
        f" JOIN kind_cells k ON {same_kind(known)}"
        " JOIN place_texts p ON v.place = p.text"
    )
    several = _several(
        _under_several_texts(engine, files), _under_several_words(engine)
    )
    if not several:
        return found
    return (
        f"SELECT * FROM ({found}) WHERE NOT ({several}) UNION ALL"
        f" SELECT * FROM ({found}) WHERE ({several}) QUALIFY {_LATEST} = 1"
    )


def _several(units: list[int], keys: list[int]) -> str:
    """SQL of the rows that may tell one number twice; blank where none can."""
    return " OR ".join(
        f"{column} IN ({', '.join(str(number) for number in numbers)})"
        for column, numbers in (("unit", units), ("key", keys))
        if numbers
    )


def _under_several_words(engine: Engine) -> list[int]:
    """Element keys whose code is spelt in more than one way."""
    rows = engine.rows(
        "SELECT DISTINCT key FROM kind_cells GROUP BY key, named"
        " HAVING count(DISTINCT element) > 1 ORDER BY key"
    )
    return [key for (key,) in rows]


def _under_several_texts(
    engine: Engine, files: Sequence[merge.ValuesFile]
) -> list[int]:
    """Units whose values are told under more than one text."""
    paths = [str(file.sites) for file in files]
    rows = engine.rows(
        "SELECT p.unit FROM (SELECT DISTINCT place FROM read_parquet(?)) s"
        " JOIN place_texts p ON p.text = s.place GROUP BY p.unit HAVING count(*) > 1"
        " ORDER BY p.unit",
        paths,
    )
    return [unit for (unit,) in rows]


_LATEST = (
    "row_number() OVER (PARTITION BY unit, period, key, system, aggregate, named,"
    " option, attribute, sex, age, strategy"
    ' ORDER BY (value IS NOT NULL) DESC, snapshot DESC, file DESC, "row" DESC)'
)
"""A place or element under two names is one: the later telling counts, never both."""
