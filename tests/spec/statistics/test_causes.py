"""Weighing what lifts a coverage above 100 %: beliefs worked out by hand."""

import numpy as np
import pytest

from boloci.stats import causes
from boloci.stats.causes import Beliefs


def belief(mean: list[float], sd: list[float]) -> Beliefs:
    return causes.prior(np.array([mean]), np.array([sd]))


ONLY_TARGET = np.array([1.0, 0, 0, 0])
ALL = np.ones(4)


def learned(beliefs: Beliefs, weights: np.ndarray, value: float, sd: float) -> Beliefs:
    return causes.learn(beliefs, weights, np.array([value]), np.array([sd**2]))


def test_two_equally_sure_sources_meet_in_the_middle():
    found = learned(belief([0, 0, 0, 0], [0.2] * 4), ONLY_TARGET, 0.4, 0.2)
    assert found.mean[0, 0] == pytest.approx(0.2)
    assert found.covariance[0, 0, 0] == pytest.approx(0.02)
    assert found.mean[0, 1:].tolist() == [0, 0, 0]


def test_what_was_not_heard_teaches_nothing():
    before = belief([0.1, 0, 0, 0], [0.2] * 4)
    found = learned(before, ONLY_TARGET, np.nan, 0.2)
    assert found.mean.tolist() == before.mean.tolist()
    assert found.covariance.tolist() == before.covariance.tolist()


def test_an_excess_is_shared_out_as_the_parts_are_uncertain():
    found = learned(belief([0, 0, 0, 0], [0.2, 0.1, 0, 0]), ALL, 0.5, 1e-6)
    assert found.mean[0, :2] == pytest.approx([0.4, 0.1])


def test_once_the_target_is_known_the_rest_of_the_excess_is_over_reporting():
    start = belief([0, 0, 0, 0], [0.2, 0.2, 0, 0])
    found = learned(learned(start, ONLY_TARGET, 0.1, 1e-6), ALL, 0.5, 1e-6)
    assert found.mean[0, :2] == pytest.approx([0.1, 0.4], abs=1e-4)


def test_true_coverage_cannot_pass_100_percent():
    # Mean 0, sd 1, cut at 0: mean -0.7979 (sqrt(2 / pi)), variance 1 - 2 / pi.
    found = causes.at_most(belief([0, 0, 0, 0], [1, 1, 1, 1]), 3, 0.0)
    assert found.mean[0, 3] == pytest.approx(-np.sqrt(2 / np.pi), abs=1e-4)
    assert found.covariance[0, 3, 3] == pytest.approx(1 - 2 / np.pi, abs=1e-4)


def test_a_limit_far_away_changes_nothing():
    found = causes.at_most(belief([0, 0, 0, -8.0], [1, 1, 1, 1]), 3, 0.0)
    assert found.mean[0, 3] == pytest.approx(-8.0, abs=1e-6)


def test_of_two_causes_as_large_neither_is_the_largest():
    mean, covariance = np.array([[0.2, 0.2]]), np.eye(2)[None] * 0.01
    assert causes.chance_of_largest(mean, covariance)[0] == pytest.approx([0.5, 0.5])


def test_a_difference_of_1_96_deviations_is_97_5_chances_in_100():
    # Two of sd 0.1 apart: the difference has sd 0.1414.
    mean = np.array([[0.2 + 1.959964 * np.sqrt(0.02), 0.2]])
    chance = causes.chance_of_largest(mean, np.eye(2)[None] * 0.01)
    assert chance[0, 0] == pytest.approx(0.975, abs=1e-5)


def test_causes_that_are_uncertain_together_are_told_apart_by_a_small_difference():
    # Variance of the difference: .01 + .01 - 2 x .009 = .002; .1 is 2.2361 of its sd.
    mean = np.array([[0.3, 0.2]])
    covariance = np.array([[[0.01, 0.009], [0.009, 0.01]]])
    chance = causes.chance_of_largest(mean, covariance)
    assert chance[0, 0] == pytest.approx(0.98733, abs=1e-5)


def test_a_cause_that_has_no_part_is_never_the_largest():
    mean, covariance = np.array([[-0.2, np.nan]]), np.zeros((1, 2, 2))
    assert causes.chance_of_largest(mean, covariance)[0].tolist() == [1, 0]


def test_strength_follows_the_chance():
    found = causes.strengths(np.array([[0.95, 0.8, 0.3]]), some=0.75, strong=0.9)
    assert [causes.STRENGTHS[code] for code in found[0]] == [
        "strong",
        "some",
        "cannot_tell",
    ]


def test_what_two_noisy_sources_share_is_the_variance_of_what_they_measure():
    rng = np.random.default_rng(4)
    truth = rng.normal(0, 0.3, 4000)
    one, other = (truth + rng.normal(0, 0.2, 4000) for _ in range(2))
    found, count = causes.common_variance(one, other, clip=3)
    assert count == 4000
    assert found == pytest.approx(0.09, abs=0.006)


def test_a_few_faults_do_not_make_a_variance():
    rng = np.random.default_rng(4)
    truth = rng.normal(0, 0.3, 4000)
    truth[:20] += 9
    one, other = (truth + rng.normal(0, 0.2, 4000) for _ in range(2))
    found, _ = causes.common_variance(one, other, clip=3)
    assert found == pytest.approx(0.09, abs=0.01)


def test_nothing_heard_gives_the_usual_variance():
    nothing = np.full(5, np.nan)
    found, count = causes.common_variance(nothing, nothing, clip=3)
    assert count == 0
    assert causes.shrunk(found, count, 0.04, 30) == 0.04


def test_thirty_places_are_worth_as_much_as_the_profile():
    assert causes.shrunk(0.10, 30, 0.04, 30) == pytest.approx(0.07)


def test_sources_that_contradict_each_other_give_no_negative_variance():
    assert causes.shrunk(-0.10, 30, 0.04, 30) == pytest.approx(0.02)


@pytest.mark.parametrize(
    ("z", "chance"), [(0, 0.5), (1.959964, 0.975), (-1, 0.158655), (-5, 2.8665e-7)]
)
def test_the_normal_distribution_is_that_of_the_tables(z: float, chance: float):
    assert causes.below(np.array([z]))[0] == pytest.approx(chance, rel=1e-3)
