"""Index = 100."""

from boloci.charts import Column, Table, as_svg
from boloci.charts.indexing import base_of, indexed
from boloci.charts.trends import trend


def table() -> Table:
    rows = [
        {"period": "2020", "place": "Mali", "value": 200.0},
        {"period": "2021", "place": "Mali", "value": 300.0},
        {"period": "2022", "place": "Mali", "value": None},
        {"period": "2020", "place": "Gavi", "value": None},
        {"period": "2021", "place": "Gavi", "value": 10.0},
        {"period": "2022", "place": "Gavi", "value": 5.0},
    ]
    return Table("doses", "Doses", [Column("value", "Doses", "doses")], rows)


def test_every_series_is_100_in_the_first_period_that_all_have() -> None:
    assert base_of(table()) == "2021"
    made = indexed(table(), base="2021", label="2021 = 100")
    told = {(row["place"], row["period"]): row["index"] for row in made.rows}
    assert told["Mali", "2021"] == told["Gavi", "2021"] == 100
    assert told["Gavi", "2022"] == 50
    assert told["Mali", "2022"] is None


def test_without_a_start_there_is_no_index() -> None:
    made = indexed(table(), base="2020", label="")
    assert {row["index"] for row in made.rows if row["place"] == "Gavi"} == {None}
    assert all(r["index"] is None for r in indexed(table(), base=None, label="").rows)


def test_an_index_is_drawn_as_a_trend() -> None:
    made = indexed(table(), base="2021", label="2021 = 100")
    drawn = trend(table=made, y="index", reference=100, description="Deux lignes.")
    assert "2021 = 100" in as_svg(drawn, language="fr")
