"""True coverage is at most 100 %: said once of a year, once more of its quarter.

A million countries are drawn from what the profile believes before any evidence; those
with the doses that were counted, and a coverage that can be, are the truth that the
beliefs must tell.
"""

import numpy as np
import pyarrow as pa
import pytest

from boloci.catalogue import loader
from boloci.pipeline import causes as weighed
from boloci.pipeline.causes import beliefs
from boloci.pipeline.rules import Rules
from boloci.stats import causes

EXCESS, CHANCE = 0.35, 0.02**2
"""Doses over target, as a log, and its variance: the coverage told is 142 %."""
DRAWS = 1_000_000


@pytest.fixture(scope="module")
def rules() -> Rules:
    profile = loader.load().profiles["boloci"]
    return Rules({}, {}, {}, profile, main_dataset=0, datasets={})


@pytest.fixture(scope="module")
def year(rules: Rules) -> tuple[np.ndarray, np.ndarray]:
    """Parts of countries that fit the year, and how well each fits."""
    rng = np.random.default_rng(20)
    usual = rules.profile.value("cause_country")
    spread = rules.profile.value("cause_sd_country")
    parts = rng.normal(usual, spread, (DRAWS, 4))
    return parts, _fits(parts, EXCESS) * _can_be(parts)


def _fits(parts: np.ndarray, excess: float) -> np.ndarray:
    fits: np.ndarray = np.exp(-((parts.sum(1) - excess) ** 2) / (2 * CHANCE))
    return fits


def _can_be(parts: np.ndarray) -> np.ndarray:
    return parts[:, beliefs.COVERAGE] <= 0


def told(rules: Rules, period: int, excess: float = EXCESS) -> tuple[np.ndarray, ...]:
    """Mean and variance of the causes that are believed, of one country's value."""
    nothing = {kind: np.full(1, np.nan) for kind in beliefs.HEARD}
    rows = beliefs.PlaceYears(
        place=np.array([1]),
        year=np.array([2023]),
        depth=np.array([0]),
        level=np.array(["country"], object),
        parent=np.array([-1]),
        excess=np.array([EXCESS]),
        chance=np.array([CHANCE]),
        value=nothing,
        variance=nothing,
    )
    values = {"element": 1, "place": 1, "period": period, "total": 142.0}
    values |= {"excess": excess, "chance": CHANCE}
    values |= dict.fromkeys(weighed.SEEN, 0.0)
    table = pa.Table.from_pylist([values])
    mean, covariance = weighed.contributions(
        table, rows, beliefs.believe(rows, rules), rules
    )
    count = len(causes.BELIEVED)
    return mean[0, :count], covariance[0].diagonal()[:count]


def truth(parts: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, ...]:
    believed = parts[:, : len(causes.BELIEVED)]
    mean = np.average(believed, axis=0, weights=weight)
    return mean, np.average((believed - mean) ** 2, axis=0, weights=weight)


def test_a_year_tells_the_causes_as_they_truly_are(rules, year):
    mean, variance = told(rules, 202300)
    true_mean, true_variance = truth(*year)
    assert mean == pytest.approx(true_mean, abs=0.002)
    assert np.sqrt(variance) == pytest.approx(np.sqrt(true_variance), abs=0.002)


def test_a_quarter_cannot_be_covered_beyond_100_percent_either(rules, year):
    parts, weight = year
    rng = np.random.default_rng(21)
    within = rng.normal(0, rules.profile.value("cause_sd_quarter"), parts.shape)
    quarter = parts + within
    mean, _ = told(rules, 202321, excess=0.5)
    true_mean, _ = truth(quarter, weight * _fits(quarter, 0.5) * _can_be(quarter))
    assert mean == pytest.approx(true_mean, abs=0.01)
