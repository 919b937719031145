"""Spreads: one figure under every way of computing it."""

from boloci.charts import Column, Table, as_svg
from boloci.charts.canvas import Canvas
from boloci.charts.spreads import spread

ROWS = [
    {"id": "a", "over": "Nord", "how": "le plus bas", "value": 80.0},
    {"id": "a", "over": "Nord", "how": "le plus haut", "value": 95.0},
    {"id": "b", "over": "Nord", "how": "le plus bas", "value": 60.0},
    {"id": "b", "over": "Nord", "how": "le plus haut", "value": None},
]
TABLE = Table("range", "t", [Column("value", "Couverture", "percent")], ROWS)


def test_a_line_joins_the_marks_of_one_choice() -> None:
    spec = spread(table=TABLE, description="d", key="id").specify(Canvas())
    drawn = spec["data"]["values"]
    assert [row["line"] for row in drawn] == [0, 0, 1]
    assert (drawn[0]["low"], drawn[0]["high"]) == (80.0, 95.0)


def test_places_of_one_name_have_a_line_each() -> None:
    drawn = as_svg(spread(table=TABLE, description="d", key="id"), language="fr")
    assert drawn.count(">Nord<") == 2
