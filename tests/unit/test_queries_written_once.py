"""A step over tables is written as a query once, and anew where anything differs."""

import narwhals as nw
import pytest

from boloci.lake.engines import connect

written = []


def tens(frame, *, times):
    written.append(times)
    return frame.select(tens=nw.col("doses") * times)


@pytest.fixture
def engine():
    written.clear()
    made = connect()
    made.create("counts", "SELECT 4 AS doses")
    yield made
    made.connection.close()


def answer(engine, **constants):
    return engine.rows(engine.query(tens, engine.columns("counts"), **constants))


def test_a_step_is_written_once_and_reads_the_rows_of_today(engine):
    times = 10_007
    assert answer(engine, times=times) == [(40_028,)]
    engine.connection.execute("UPDATE counts SET doses = 5")
    assert answer(engine, times=times) == [(50_035,)]
    assert written == [times]


def test_a_step_is_written_once_for_every_build_of_the_process(engine):
    times = 10_009
    answer(engine, times=times)
    other = connect()
    other.create("counts", "SELECT 7 AS doses")
    assert answer(other, times=times) == [(70_063,)]
    assert written == [times]


def test_another_constant_is_another_query(engine):
    assert answer(engine, times=2) == [(8,)]
    assert answer(engine, times=3) == [(12,)]


def test_a_constant_of_another_kind_is_another_query(engine):
    answer(engine, times=11)
    assert engine.columns("counts") == (("counts", (("doses", "INTEGER"),)),)
    query = engine.query(tens, engine.columns("counts"), times=11.0)
    engine.create("told", query)
    assert engine.columns("told") == (("told", (("tens", "DOUBLE"),)),)


def test_a_column_of_another_kind_is_another_query(engine):
    answer(engine, times=12)
    engine.drop("counts")
    engine.create("counts", "SELECT 0.5::DOUBLE AS doses, 1 AS more")
    assert answer(engine, times=12) == [(6.0,)]
    assert written == [12, 12]


def test_a_function_made_on_the_way_is_refused(engine):
    with pytest.raises(ValueError, match="lambda"):
        engine.query(lambda frame: frame, engine.columns("counts"))
