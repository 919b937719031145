"""WHO's measures of inequality against the numbers of its own package.

`oracles/equity`: samples and results of the package healthequal. Its standard errors
of Theil, mean log deviation and `paf` are a plain fraction beside a measure per
thousand or percent, and those of `par` and `paf` take each weight for so many people
asked. Ours are scaled, and from the groups' own errors: `as_the_package` reproduces
theirs, to show that the difference is these two things alone.
"""

import csv
import statistics
from collections.abc import Iterator

import numpy as np
import pytest

from boloci.stats import gradient, inequality
from boloci.stats.inequality import KINDS, Groups, Measure
from boloci.stats.intervals import Z
from tests.conftest import SHARED

EQUITY = SHARED / "oracles/equity"
POPULATION = np.array([78, 91, 162, 103, 105.0])
VALUES = np.array([20, 30, 40, 50, 60.0])
NAMES = {"ti": "theil", "d": "difference"}

needs_oracle = pytest.mark.skipif(
    not EQUITY.exists(), reason="oracles/equity is not in ../shared"
)


def rows(name: str) -> list[dict[str, str]]:
    with (EQUITY / f"healthequal_{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def column(table: list[dict[str, str]], name: str) -> np.ndarray:
    return np.array([float(row[name]) for row in table])


def expected(name: str) -> list[tuple[str, dict[str, float | None]]]:
    if not EQUITY.exists():
        return []
    return [
        (
            row["measure"],
            {
                key: None if row[key] == "NA" else float(row[key])
                for key in ("estimate", "se", "lowerci", "upperci")
            },
        )
        for row in rows(f"{name}_expected")
    ]


def regions() -> Groups:
    table = rows("nonordered_sample")
    return Groups(
        values=column(table, "estimate"),
        weights=column(table, "population"),
        errors=column(table, "se"),
        reference=int(column(table, "reference_subgroup").argmax()),
    )


def of(measure: str, groups: Groups, draws: np.ndarray | None = None) -> Measure:
    assert inequality.refusal(KINDS[measure], groups, least=3) is None
    return KINDS[measure].compute(groups, draws)


def as_r_draws_them(groups: Groups, draws: int = 100) -> np.ndarray:
    """The normal numbers of R after set.seed(123456), drawn again outside 0-100."""
    normal = r_normals(123456)

    def one(value: float, error: float) -> float:
        if error == 0:
            return value  # R takes no number from its stream then
        while not 0 <= (drawn := value + error * next(normal)) <= 100:
            pass
        return drawn

    assert groups.errors is not None
    pairs = list(zip(groups.values, groups.errors, strict=True))
    return np.array([[one(*pair) for pair in pairs] for _ in range(draws)])


def r_normals(seed: int) -> Iterator[float]:
    """R's rnorm: Mersenne Twister, by inversion of two uniform numbers."""
    state = []
    for number in range(50 + 625):
        seed = (69069 * seed + 1) % 2**32
        if number >= 50:
            state.append(seed)
    twister = np.random.MT19937()
    twister.state = {
        "bit_generator": "MT19937",
        "state": {"key": np.array(state[1:], np.uint32), "pos": 624},
    }
    uniform = (int(u) * 2.3283064365386963e-10 for u in iter(twister.random_raw, None))
    inverse = statistics.NormalDist().inv_cdf
    while True:
        coarse = int(134217728 * next(uniform))
        yield inverse((coarse + next(uniform)) / 134217728)


@needs_oracle
@pytest.mark.parametrize(("measure", "numbers"), expected("nonordered"))
def test_every_measure_of_regions_is_healthequals(measure, numbers):
    groups = regions()
    got = as_the_package(measure, groups)
    assert got.value == pytest.approx(numbers["estimate"], abs=1e-6)
    for ours, theirs in ("error", "se"), ("lower", "lowerci"), ("upper", "upperci"):
        if numbers[theirs] is not None:
            assert getattr(got, ours) == pytest.approx(numbers[theirs], abs=1e-6)


def as_the_package(measure: str, groups: Groups) -> Measure:
    """Our measure with the package's own error where ours is another: see above."""
    got = of(NAMES.get(measure, measure), groups, as_r_draws_them(groups))
    if measure in ("ti", "mld"):
        return inequality.with_error(got.value, got.error / 1000)
    if measure in ("paf", "par"):
        unit = groups.mean if measure == "par" else 1
        error = inequality.error_of_fraction(groups) * unit
        return inequality.with_error(got.value, error)
    return got


@needs_oracle
@pytest.mark.parametrize(("measure", "numbers"), expected("ordered"))
def test_the_concentration_indices_of_quintiles_are_healthequals(measure, numbers):
    table = rows("ordered_sample")
    got = gradient.concentration_index(
        column(table, "estimate"),
        column(table, "population"),
        relative=measure == "rci",
    )
    found = (got.value, got.error, got.lower, got.upper)
    wanted = tuple(numbers[key] for key in ("estimate", "se", "lowerci", "upperci"))
    assert found == pytest.approx(wanted, abs=1e-6)


def test_the_packages_own_example():
    """healthequal's tests: a tolerance of 1e-6 of the number."""
    groups = Groups(VALUES, POPULATION)
    aci = gradient.concentration_index(VALUES, POPULATION)
    rci = gradient.concentration_index(VALUES, POPULATION, relative=True)
    sii = gradient.slope_index(VALUES, POPULATION)
    rii = gradient.relative_index(VALUES, POPULATION)
    got = [aci.value, aci.error, rci.value, sii.value, rii.value]
    assert got == pytest.approx(
        [7.3284202, 0.29368517, 0.17776859, 44.44502, 3.159506], rel=1e-6
    )
    assert of("paf", groups).value == pytest.approx(45.544548, rel=1e-6)
    assert of("par", groups).value == pytest.approx(18.775509, rel=1e-6)


def test_the_packages_intervals_of_slope_and_ratio():
    """healthequal's tests give both intervals, and the error of ln rii: 0.07644001."""
    sii = gradient.slope_index(VALUES, POPULATION)
    rii = gradient.relative_index(VALUES, POPULATION)
    assert (sii.lower, sii.upper) == pytest.approx((40.15109, 48.73895), rel=1e-6)
    assert (rii.lower, rii.upper) == pytest.approx((2.719902, 3.67016), rel=1e-6)
    assert rii.error / rii.value == pytest.approx(0.07644001, rel=1e-6)


def test_equal_groups_are_not_unequal():
    groups = Groups(np.full(4, 80.0), np.arange(1, 5.0), np.zeros(4), reference=0)
    for name in KINDS:
        worth = 1.0 if name == "ratio" else 0.0
        assert of(name, groups).value == pytest.approx(worth, abs=1e-9)


def test_a_low_value_is_best_where_less_is_better():
    """Drop-out 5 and 15 %, equal weights: mean 10, all would gain -5 points."""
    groups = Groups(np.array([5, 15.0, 10]), np.ones(3), favourable=False)
    assert of("par", groups).value == pytest.approx(-5)
    assert of("mdbu", groups).value == pytest.approx(5)


@pytest.mark.parametrize(
    ("measure", "groups", "reason"),
    [
        ("paf", Groups(np.array([90, 95, 101.0]), np.ones(3)), "best_above_100"),
        ("par", Groups(np.array([90, 95, 101.0]), np.ones(3)), "best_above_100"),
        ("mdbu", Groups(np.array([90, 95, 101.0])), "best_above_100"),
        ("mdbw", Groups(np.array([90, 95, 101.0]), np.ones(3)), "best_above_100"),
        ("bgv", Groups(np.array([90, 95.0]), np.ones(2)), "too_few_groups"),
        ("difference", Groups(np.array([90.0])), "too_few_groups"),
        ("theil", Groups(np.array([90, 95, 80.0])), "weights_missing"),
        ("mld", Groups(np.array([0, 95, 80.0]), np.ones(3)), "value_is_zero"),
        ("ratio", Groups(np.array([0, 95, 80.0])), "value_is_zero"),
        ("cov", Groups(np.zeros(3), np.ones(3)), "value_is_zero"),
        ("bgv_corrected", Groups(VALUES, POPULATION), "noise_not_known"),
        ("mdru", Groups(VALUES), "reference_missing"),
    ],
)
def test_a_measure_that_cannot_be_told_is_refused_with_its_reason(
    measure, groups, reason
):
    assert inequality.refusal(KINDS[measure], groups, least=3) == reason


def test_noise_is_not_inequality():
    """75 districts, true deviation 8 points, error 10: variance 64 reads as 163."""
    random = np.random.default_rng(20261122)
    weights = random.gamma(4, 1000, 75)
    truth = random.normal(60, 8, 75)
    away = truth - Groups(truth, weights).mean
    truth = 60 + away * 8 / of("bgsd", Groups(truth, weights)).value
    assert of("bgv", Groups(truth, weights)).value == pytest.approx(64)
    read, corrected = [], []
    for _ in range(2000):
        noisy = truth + random.normal(0, 10, 75)
        groups = Groups(noisy, weights, np.full(75, 10.0))
        read.append(of("bgv", groups).value)
        corrected.append(of("bgv_corrected", groups).value)
    assert np.mean(read) == pytest.approx(163, abs=1)
    assert np.mean(corrected) == pytest.approx(64, abs=1)


def test_the_corrected_variance_is_never_negative():
    groups = Groups(np.array([50, 51, 52.0]), np.ones(3), np.full(3, 10.0))
    assert of("bgv_corrected", groups).value == 0


def test_draws_stay_between_nobody_and_everybody():
    groups = Groups(np.array([2, 50, 99.0]), np.ones(3), np.full(3, 5.0))
    drawn = inequality.drawn_values(groups, draws=500, seed=1)
    assert drawn.shape == (500, 3)
    assert 0 <= drawn.min() <= drawn.max() <= 100


def test_draws_may_pass_100_where_a_value_does():
    groups = Groups(np.array([80, 155.0, 90]), np.ones(3), np.full(3, 5.0))
    assert inequality.drawn_values(groups, draws=50, seed=1).max() > 100


def test_the_interval_of_a_ratio_holds_on_the_log_scale():
    got = of("ratio", Groups(np.array([40, 80.0]), errors=np.array([4, 4.0])))
    assert got.value == 2
    of_log = np.hypot(0.1, 0.05)
    assert got.lower == pytest.approx(2 * np.exp(-Z * of_log))
    assert got.upper == pytest.approx(2 * np.exp(Z * of_log))
