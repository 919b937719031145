"""Every statistic on every engine, from text tables."""

from collections.abc import Callable, Iterator

import narwhals as nw
import pyarrow as pa
import pytest

from tests.spec.small_country import rows

INTEGERS = {
    "place",
    "unit",
    "parent",
    "district",
    "lineage",
    "period",
    "element",
    "population",
    "sex",
    "cell",
    "expected",
    "received",
    "partial",
    "age_unknown",
    "to_date",
    "short",
    "sex_assumed",
    "target_incomplete",
    "target_substituted",
    "target_last_year",
    "first_month",
    "last_month",
    "first",
    "last",
}

BITS = ("flags", "source_flags")
KINDS = dict.fromkeys(INTEGERS, pa.int32()) | dict.fromkeys(BITS, pa.int64())

Told = Callable[..., nw.LazyFrame]


def arrow(text: str, **constant: float | None) -> pa.Table:
    """A text table with typed columns; `constant` columns hold one value each."""
    told = [{**constant, **row} for row in rows(text)]
    kinds = [(name, KINDS.get(name, pa.float64())) for name in told[0]]
    typed = [
        {
            name: None
            if row[name] is None
            else float(row[name])
            if kind == pa.float64()
            else int(row[name])
            for name, kind in kinds
        }
        for row in told
    ]
    return pa.Table.from_pylist(typed, schema=pa.schema(kinds))


@pytest.fixture(
    params=["duckdb", "polars", pytest.param("spark", marks=pytest.mark.slow)]
)
def frame(request: pytest.FixtureRequest) -> Iterator[Told]:
    """`frame(text)`: the table on the engine of this run."""
    if request.param == "duckdb":
        import duckdb

        with duckdb.connect() as engine:
            yield lambda text, **c: nw.from_native(engine.from_arrow(arrow(text, **c)))
    elif request.param == "polars":
        import polars

        yield lambda text, **c: nw.from_native(
            polars.from_arrow(arrow(text, **c)).lazy()
        )
    else:
        spark = request.getfixturevalue("spark")
        yield lambda text, **c: nw.from_native(
            spark.createDataFrame(arrow(text, **c).to_pandas())
        )


@pytest.fixture(scope="session")
def spark():
    """A local Spark session, or a skip that says what is missing."""
    import shutil

    pyspark = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if not shutil.which("java"):
        pytest.skip("Spark needs Java, which is not on this machine")
    session = (
        pyspark.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .getOrCreate()
    )
    yield session
    session.stop()
