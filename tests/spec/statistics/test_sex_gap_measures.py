"""Boys and girls: three measures of one gap, and how sure each is."""

import math

import narwhals as nw
import numpy as np
import polars
import pytest

from boloci.stats import coverage, intervals, sex_gap
from tests.spec.statistics.said import one, said, words

COUNTS = """
place element period total female male sexed sexed_target expected received
1 7 202400 {}
"""
TARGETS = """
place period population target target_female target_male reporting_target {assumed}
1 202400 0 {told}
"""
VARIED = "element place period dispersion\n7 1 202400 {}"


def joined(
    frame, doses, target="100 50 50 100", *, phi=".", boys=1.03, assumed=0, part=0
):
    """One place and year: doses "total female male sexed sexed_target due came"."""
    flags = dict.fromkeys(("partial", "age_unknown", "to_date"), 0)
    counts = frame(COUNTS.format(doses), **flags)
    names = dict.fromkeys(coverage.TARGET_FLAGS, 0)
    told = TARGETS.format(assumed="target_assumed", told=f"{target} {part}")
    targets = frame(told, sex_assumed=assumed, **names)
    populations = frame("element population\n7 0")
    made = coverage.against_target(counts, targets, populations, complete_from=90.0)
    return sex_gap.beside(made, frame(VARIED.format(phi)), boys_per_girl=boys)


@pytest.mark.parametrize(
    ("boys", "girls", "points", "ratio", "relative"),
    [(41, 18, 23, 0.44, 56), (83, 74, 9, 0.89, 11)],
)
def test_the_three_gaps_of_the_seed(frame, boys, girls, points, ratio, relative):
    made = joined(
        frame,
        f"{boys + girls} {girls} {boys} {boys + girls} 200 9 9",
        "200 100 100 200",
    )
    assert one(sex_gap.gap(made))["value"] == pytest.approx(points)
    assert one(sex_gap.girl_boy_ratio(made))["value"] == pytest.approx(ratio, abs=0.005)
    assert one(sex_gap.relative_gap(made))["value"] == pytest.approx(relative, abs=0.5)


def test_a_gap_needs_both_sexes(frame):
    assert said(sex_gap.gap(joined(frame, "80 30 . . . 9 9"))) == []


def test_a_ratio_to_no_boys_is_null(frame):
    made = joined(frame, "30 30 0 30 100 9 9", phi=1)
    fact = one(sex_gap.girl_boy_ratio(made))
    assert (fact["value"], fact["lower"], fact["confidence"]) == (None, None, None)
    assert one(sex_gap.relative_gap(made))["value"] is None
    assert one(sex_gap.gap(made))["value"] == -60


def test_no_girl_vaccinated_is_a_ratio_of_nought_without_an_interval(frame):
    fact = one(sex_gap.girl_boy_ratio(joined(frame, "30 0 30 30 100 9 9", phi=1)))
    assert (fact["value"], fact["lower"], fact["confidence"]) == (0, None, None)


def test_the_ratio_has_an_interval_on_the_logarithm(frame):
    made = joined(frame, "900 400 500 900 1000 9 9", "1000 500 500 1000", phi=1)
    fact = one(sex_gap.girl_boy_ratio(made))
    wide = math.exp(1.959964 * math.sqrt(1 / 400 + 1 / 500))
    assert fact["value"] == pytest.approx(0.8)
    assert (fact["lower"], fact["upper"]) == pytest.approx((0.8 / wide, 0.8 * wide))
    assert fact["confidence"] == 95


def test_doses_that_vary_four_times_more_than_by_chance_double_its_width(frame):
    made = joined(frame, "900 400 500 900 1000 9 9", "1000 500 500 1000", phi=4)
    fact = one(sex_gap.girl_boy_ratio(made))
    wide = 2 * 1.959964 * math.sqrt(1 / 400 + 1 / 500)
    assert math.log(fact["upper"] / 0.8) == pytest.approx(wide)


def test_a_variation_that_is_not_known_leaves_no_interval(frame):
    fact = one(sex_gap.girl_boy_ratio(joined(frame, "90 40 50 90 100 9 9")))
    assert fact["value"] == pytest.approx(0.8)
    assert (fact["lower"], fact["upper"], fact["confidence"]) == (None, None, None)


def test_counts_give_the_gap_in_points_no_interval(frame):
    made = joined(frame, "90 40 50 90 100 9 9", phi=1)
    for statistic in (sex_gap.gap, sex_gap.relative_gap):
        fact = one(statistic(made))
        assert (fact["lower"], fact["confidence"]) == (None, None)


def test_the_ratio_needs_no_target_only_a_stated_ratio(frame):
    """100 girls to 103 boys where 1.03 boys are expected for a girl: no difference."""
    made = joined(frame, "203 100 103 203 . 9 9", ". . . .", phi=1)
    fact = one(sex_gap.girl_boy_ratio(made))
    assert fact["value"] == pytest.approx(1)
    assert words(fact) == {"target_missing", "sex_ratio_assumed"}
    assert one(sex_gap.relative_gap(made))["value"] == pytest.approx(0)
    assert one(sex_gap.gap(made))["value"] is None


def test_targets_by_sex_go_before_the_stated_ratio(frame):
    fact = one(
        sex_gap.girl_boy_ratio(joined(frame, "90 40 50 90 9 9 9", "100 40 50 100"))
    )
    assert fact["value"] == pytest.approx(1)
    assert words(fact) == set()


def test_the_ratio_is_of_the_units_that_report_sex_without_their_target(frame):
    made = joined(frame, "200 40 50 90 . 9 9")
    fact = one(sex_gap.girl_boy_ratio(made))
    assert (fact["value"], words(fact)) == (pytest.approx(0.8), {"sex_partial"})
    assert one(sex_gap.gap(made))["value"] is None


def test_another_ratio_splits_only_what_was_assumed(frame):
    """Target 1000: girls 300 and boys 300 given, 400 split by 1.00 -> 200 and 200.

    Split by 1.5 they are 160 and 240: girls 460, boys 540.
    """
    made = joined(
        frame,
        "490 230 260 490 1000 9 9",
        "1000 500 500 1000",
        boys=1.0,
        assumed=1,
        part=400,
    )
    other = sex_gap.at_ratio(made, 1.5)
    assert one(sex_gap.gap(made))["value"] == pytest.approx(6)
    points = one(sex_gap.gap(other))["value"]
    assert points == pytest.approx(100 * (260 / 540 - 230 / 460))
    ratio = one(sex_gap.girl_boy_ratio(other))["value"]
    assert ratio == pytest.approx((230 / 460) / (260 / 540))


def test_the_share_of_doses_with_sex_is_of_all_doses(frame):
    fact = one(sex_gap.doses_with_sex_share(joined(frame, "80 10 15 25 40 9 9")))
    assert (fact["numerator"], fact["denominator"]) == (25, 80)
    assert fact["value"] == pytest.approx(31.25)


def test_no_sex_reported_is_no_share_of_nought(frame):
    made = joined(frame, "80 . . . . 9 9")
    assert said(sex_gap.doses_with_sex_share(made)) == []


REPORTS = "element place period female male\n"


def varied(frame, text, least=2):
    """Dispersion of one place from reports `female male`."""
    lines = "\n".join(f"7 1 202400 {line}" for line in text.strip().splitlines())
    units = sex_gap.squares(frame(REPORTS + lines))
    sums = {name: nw.col(name).sum() for name in sex_gap.SQUARES}
    added = units.group_by("element", "place", "period").agg(**sums)
    return said(sex_gap.dispersion(added, least=least))


def test_the_variation_is_that_of_reports_around_the_share_of_all(frame):
    """20 girls of 20, 10 of 20, 0 of 20: deviations 10, 0, -10 from half.

    Their squares, 200, times 3/2, over 60 x 1/4.
    """
    [found] = varied(frame, "20 0\n10 10\n0 20")
    assert found["dispersion"] == pytest.approx(20)


def test_a_variation_smaller_than_by_chance_counts_as_chance(frame):
    assert varied(frame, "10 10\n10 10\n10 10")[0]["dispersion"] == 1


def test_a_few_reports_tell_no_variation(frame):
    assert varied(frame, "20 0\n10 10\n0 20", least=4) == []


def test_a_sex_without_a_dose_has_no_variation(frame):
    assert varied(frame, "20 0\n10 0\n12 0") == []


def simulated(units, months, correlation, *, draws, seed, truth=0.9):
    """Share of intervals that hold the truth: girls `truth` times boys, no error of
    reporting; reports of very unequal size, correlated within each."""
    rng = np.random.default_rng(seed)
    usual = 40 * np.exp(rng.normal(0, 0.8, (draws, units, 1)) - 0.32)
    doses = rng.poisson(np.repeat(usual, months, axis=2))
    share = np.full(doses.shape, truth / (1 + truth))
    if correlation:
        strength = 1 / correlation - 1
        share = rng.beta(share * strength, (1 - share) * strength)
    girls = rng.binomial(doses, share)
    place = np.broadcast_to(np.arange(draws)[:, None, None], doses.shape)
    told = polars.DataFrame(
        {
            "place": place.ravel(),
            "female": girls.ravel().astype(float),
            "male": (doses - girls).ravel().astype(float),
        }
    ).with_columns(element=7, period=202400)
    told = told.filter(polars.col("female") + polars.col("male") > 0)
    squares = sex_gap.squares(nw.from_native(told.lazy()))
    sums = {name: nw.col(name).sum() for name in sex_gap.SQUARES}
    added = squares.group_by("element", "place", "period").agg(**sums)
    counts = added.select(
        "element",
        "place",
        "period",
        female=nw.col("girls"),
        male=nw.col("boys"),
        total=nw.col("girls") + nw.col("boys"),
        sexed=nw.col("girls") + nw.col("boys"),
        target=nw.lit(2.0),
        target_female=nw.lit(1.0),
        target_male=nw.lit(1.0),
        sexed_target=nw.lit(2.0),
        sex_assumed=nw.lit(0),
        flags=nw.lit(0),
        expected=nw.lit(1),
        received=nw.lit(1),
    )
    varied = sex_gap.dispersion(added, least=8)
    ready = sex_gap.beside(counts, varied, boys_per_girl=1.03)
    rows = said(sex_gap.girl_boy_ratio(ready))
    held = [row["lower"] <= truth <= row["upper"] for row in rows if row["lower"]]
    assert len(held) > 0.99 * draws
    return np.mean(held)


@pytest.mark.parametrize(
    ("units", "months", "correlation", "least", "most"),
    [
        (15, 12, 0.0, 0.94, 0.98),  # a district and a year, chance alone
        (15, 12, 0.05, 0.93, 0.97),
        (15, 12, 0.2, 0.92, 0.97),
        (15, 3, 0.05, 0.91, 0.96),  # a quarter
        (1, 12, 0.05, 0.91, 0.97),  # an area and a year
    ],
)
def test_the_interval_holds_the_truth_95_times_in_100(
    units, months, correlation, least, most
):
    found = simulated(units, months, correlation, draws=1500, seed=20)
    assert least <= found <= most


MEASURED = "place period sex value size\n{}"


def measured(frame, *rows, flags=0):
    """Measured values, one line each, as facts of the gap."""
    text = MEASURED.format("\n".join(rows))
    return said(sex_gap.measured_gap(frame(text, flags=float(flags))))


def test_a_measured_gap_is_boys_minus_girls(frame):
    made = measured(frame, "1 202400 1 18 .", "1 202400 2 41 .", "2 202400 2 50 .")
    assert [(row["place"], row["value"]) for row in made] == [(1, 23)]


def test_where_the_number_of_children_is_not_known_there_is_no_interval(frame):
    [row] = measured(frame, "1 202400 1 18 .", "1 202400 2 41 100")
    assert (row["lower"], row["upper"], row["confidence"]) == (None, None, None)


def test_newcombes_own_example(frame):
    """56 of 70 against 48 of 80: .20, from .0524 to .3339 (1998, method 10)."""
    [row] = measured(frame, "1 202400 2 80 70", "1 202400 1 60 80")
    assert row["value"] == pytest.approx(20)
    assert (row["lower"], row["upper"]) == pytest.approx((5.24, 33.39), abs=0.005)
    assert row["confidence"] == 95


@pytest.mark.parametrize(
    ("boys", "girls", "low", "high"),
    [
        ((10, 10), (0, 20), 67.91, 100.00),  # 10/10 - 0/20
        ((10, 10), (0, 10), 60.75, 100.00),  # 10/10 - 0/10
        ((9, 10), (3, 10), 17.05, 80.90),  # 9/10 - 3/10
        ((5, 56), (0, 29), -3.81, 19.26),  # 5/56 - 0/29
        ((0, 10), (0, 20), -16.11, 27.75),  # 0/10 - 0/20
    ],
)
def test_newcombes_other_examples(frame, boys, girls, low, high):
    rows = (
        f"1 202400 {sex} {100 * yes / all_} {all_}"
        for sex, (yes, all_) in ((2, boys), (1, girls))
    )
    [row] = measured(frame, *rows)
    assert (row["lower"], row["upper"]) == pytest.approx((low, high), abs=0.006)


@pytest.mark.parametrize("odd", ["1 202400 2 104 50", "1 202400 2 80 0"])
def test_a_measure_that_is_no_share_of_children_has_no_interval(frame, odd):
    [row] = measured(frame, odd, "1 202400 1 60 80")
    assert (row["lower"], row["confidence"]) == (None, None)


def test_the_same_difference_from_arrays():
    limits = intervals.wilson(56 / 70, 70.0, z=intervals.Z)
    others = intervals.wilson(48 / 80, 80.0, z=intervals.Z)
    found = intervals.difference(56 / 70, limits, 48 / 80, others)
    assert found == pytest.approx((0.0524, 0.3339), abs=0.00005)
