"""Sparks: tiny lines in cells of tables."""

from defusedxml import ElementTree

from boloci.charts.sparks import spark_svg


def test_a_gap_parts_the_line_and_the_last_figure_has_a_dot() -> None:
    spark = spark_svg([10, 20, None, 30, 40], title="Penta1")
    assert spark.count("<polyline") == 2
    assert spark.count("<circle") == 1


def test_a_spark_is_well_formed_whatever_it_shows() -> None:
    for values in ([], [None], [5], [0, 0], [None, 3, None], [float("nan"), 200]):
        ElementTree.fromstring(spark_svg(values, title='<b>"&', reference=100))


def test_a_spark_without_words_is_hidden_from_screen_readers() -> None:
    assert 'aria-hidden="true"' in spark_svg([1, 2])
    assert 'role="img"' in spark_svg([1, 2], title="de 1 à 2")


def test_rows_of_one_table_can_share_a_scale() -> None:
    low, high = spark_svg([10, 10], most=100), spark_svg([100, 100], most=100)
    assert low != high
