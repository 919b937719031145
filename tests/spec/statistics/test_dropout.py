"""Children who began a series and did not finish it; ratios of two counts."""

import pytest

from boloci.stats import dropout
from boloci.stats.vocabulary import BOTH, FEMALE
from tests.spec.statistics.said import one, said, words

HEADER = "place period element total female male expected received"


def pairs(frame, first, last, **flags):
    """One place and year: DTP1 and DTP3 as "total female male expected received"."""
    names = ("partial", "age_unknown", "to_date")
    counts = frame(
        f"{HEADER}\n1 202400 1 {first}\n1 202400 3 {last}",
        **{name: flags.get(name, 0) for name in names},
    )
    return dropout.pair(counts, first=1, last=3, complete_from=90.0)


@pytest.mark.parametrize(
    ("first", "last", "value"),
    [("100", "90", 10), ("100", "100", 0), ("100", "110", -10), ("100", "0", 100)],
)
def test_dropout_is_first_minus_last_in_percent_of_first(frame, first, last, value):
    made = pairs(frame, f"{first} . . 9 9", f"{last} . . 9 9")
    assert one(dropout.dropout(made), sex=BOTH)["value"] == pytest.approx(value)


def test_a_negative_dropout_is_kept_and_flagged(frame):
    fact = one(dropout.dropout(pairs(frame, "100 . . 9 9", "110 . . 9 9")))
    assert words(fact) == {"negative"}


@pytest.mark.parametrize(("first", "last"), [("0", "5"), (".", "5"), ("5", ".")])
def test_dropout_is_null_where_a_dose_is_missing_or_the_first_is_nought(
    frame, first, last
):
    made = pairs(frame, f"{first} . . 9 9", f"{last} . . 9 9")
    assert one(dropout.dropout(made), sex=BOTH)["value"] is None


def test_dropout_by_sex_where_both_doses_were_reported_by_sex(frame):
    made = dropout.dropout(pairs(frame, "100 40 60 9 9", "90 30 60 9 9"))
    assert one(made, sex=FEMALE)["value"] == 25
    half = dropout.dropout(pairs(frame, "100 40 60 9 9", "90 . . 9 9"))
    assert [row["sex"] for row in said(half)] == [BOTH]


def test_dropout_carries_the_reports_of_the_first_dose(frame):
    fact = one(dropout.dropout(pairs(frame, "100 . . 10 8", "90 . . 10 10")))
    assert (fact["expected"], fact["received"], words(fact)) == (10, 8, {"incomplete"})


def test_started_not_finished_is_signed(frame):
    made = dropout.started_not_finished(pairs(frame, "100 . . 9 9", "110 . . 9 9"))
    assert (one(made)["value"], words(one(made))) == (-10, {"negative"})


def test_a_ratio_of_sums_is_null_and_never_infinite_at_nought(frame):
    made = dropout.count_ratio(pairs(frame, "100 . . 9 9", "0 . . 9 9"))
    assert one(made)["value"] is None


def ratios(frame):
    """Two districts of very different size, one without last doses, and above them."""
    counts = frame(
        f"""{HEADER}
        1 202400 1 260 . . 9 9
        1 202400 3 110 . . 9 9
        2 202400 1 200 . . 9 9
        2 202400 3 100 . . 9 9
        3 202400 1 10 . . 9 9
        3 202400 3 10 . . 9 9
        4 202400 1 50 . . 9 9
        4 202400 3 0 . . 9 9
        """,
        partial=0,
        age_unknown=0,
        to_date=0,
    )
    return dropout.count_ratio(
        dropout.pair(counts, first=1, last=3, complete_from=90.0)
    )


def test_a_ratio_of_sums_is_not_the_mean_of_ratios(frame):
    inside = frame("district place\n2 1\n3 1\n4 1")
    assert one(ratios(frame), place=1)["value"] == pytest.approx(260 / 110)
    mean = dropout.mean_of_ratios(ratios(frame), inside)
    assert one(mean, place=1)["value"] == pytest.approx((2 + 1) / 2)


def test_a_mean_of_ratios_leaves_districts_as_they_are(frame):
    mean = dropout.mean_of_ratios(ratios(frame), frame("district place\n2 1\n3 1"))
    assert one(mean, place=2)["value"] == 2


def months(frame, first, last):
    """Months of one place: DTP1 from January, DTP3 from January."""
    lines = [
        f"1 2024{n:02d} {element} {cell} . . 1 1"
        for element, told in ((1, first), (3, last))
        for n, cell in enumerate(told.split(), start=1)
        if cell != "x"
    ]
    return frame("\n".join([HEADER, *lines]), partial=0, age_unknown=0, to_date=0)


def test_a_lagged_dropout_follows_the_children_of_the_first_dose(frame):
    made = dropout.lagged(
        months(frame, "10 10 10", "0 0 9 9 8"),
        first=1,
        last=3,
        months=2,
        complete_from=90.0,
    )
    quarter = one(made, period=202421)
    assert (quarter["denominator"], quarter["numerator"]) == (30, 4)
    assert quarter["value"] == pytest.approx(100 * 4 / 30)


def test_a_lagged_dropout_waits_for_the_later_months(frame):
    made = dropout.lagged(
        months(frame, "10 10 10", "0 0 9 9"),
        first=1,
        last=3,
        months=2,
        complete_from=90.0,
    )
    quarter = one(made, period=202421)
    assert (quarter["value"], "to_date" in words(quarter)) == (None, True)


def test_a_lagged_dropout_goes_over_new_year(frame):
    counts = frame(
        f"""{HEADER}
        1 202311 1 20 . . 1 1
        1 202401 3 15 . . 1 1
        """,
        partial=0,
        age_unknown=0,
        to_date=0,
    )
    made = dropout.lagged(counts, first=1, last=3, months=2, complete_from=90.0)
    assert one(made, period=202324)["value"] == 25
