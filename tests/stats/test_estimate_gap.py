"""The gap between girls and boys, drawn at a given level of coverage."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.stats.estimate.gap import (
    GapScales,
    SexEvidence,
    by_sex,
    gaps,
    girls_among,
    together,
)

DISTRICT = np.repeat([0, 1, 2], [6, 4, 5])
YEARS = 4
NOTHING = SexEvidence(
    DISTRICT,
    np.zeros((4, 15, YEARS)),
    np.zeros((4, 15, YEARS)),
    np.zeros(0),
    np.zeros(0),
    np.zeros((0, 4, 3, YEARS)),
)
COVERAGE = np.broadcast_to(
    np.array([0.85, 0.75, 0.65, 0.6])[:, None, None], (4, 15, YEARS)
)


def _counted(gap: np.ndarray, seed: int, *, births: float = 600) -> SexEvidence:
    """Doses by sex of areas with a gap (areas, years)."""
    rng = np.random.default_rng(seed)
    girls = 1 / 2.03
    low, high = (_later(chance) for chance in by_sex(COVERAGE, gap, girls=girls))
    return replace(
        NOTHING,
        girls=rng.poisson(births * girls * low).astype(float),
        boys=rng.poisson(births * (1 - girls) * high).astype(float),
    )


def _later(chance: np.ndarray) -> np.ndarray:
    """Later doses reach the same share of girls and of boys who had DTP1."""
    after = (COVERAGE / COVERAGE[1])[2:]
    return np.concatenate([chance[:2], chance[1] * after])


def _mean(evidence: SexEvidence, seed: int = 1) -> np.ndarray:
    drawn = gaps(
        evidence, COVERAGE, GapScales(), draws=400, rng=np.random.default_rng(seed)
    )
    mean: np.ndarray = drawn.logits.mean(0)
    return mean


@given(st.floats(0.02, 0.98), st.floats(-1.5, 1.5), st.floats(0.3, 0.7))
def test_girls_and_boys_make_up_the_share_of_all(
    share: float, gap: float, girls: float
) -> None:
    low, high = by_sex(np.array(share), np.array(gap), girls=girls)
    assert girls * low + (1 - girls) * high == pytest.approx(share, abs=1e-4)
    assert np.log(high / (1 - high)) - np.log(low / (1 - low)) == pytest.approx(gap)


def test_without_a_count_by_sex_the_gap_is_as_wide_as_believed_before() -> None:
    drawn = gaps(
        NOTHING, COVERAGE, GapScales(), draws=4000, rng=np.random.default_rng(1)
    )
    s = GapScales()
    least = np.sqrt(s.nation**2 + s.region**2 + s.district**2 + s.area**2)
    middle = drawn.logits[:, :, YEARS // 2]
    assert middle.mean() == pytest.approx(s.mean, abs=0.02)
    assert middle.std(0) == pytest.approx(np.full(15, least), rel=0.08)


def test_a_wide_gap_is_found() -> None:
    wide = np.full((15, YEARS), 0.8)
    assert _mean(_counted(wide, 1)).mean() == pytest.approx(0.8, abs=0.06)


def test_a_gap_that_closes_is_seen_to_close() -> None:
    closing = np.broadcast_to(np.linspace(0.8, 0.1, YEARS), (15, YEARS))
    found = _mean(_counted(closing, 2)).mean(0)
    assert (np.diff(found) < -0.1).all()


def test_districts_are_told_apart() -> None:
    by_district = np.array([0.1, 0.5, 0.9])[DISTRICT]
    found = _mean(_counted(np.repeat(by_district[:, None], YEARS, 1), 3))
    means = [found[district == DISTRICT].mean() for district in range(3)]
    assert means == pytest.approx([0.1, 0.5, 0.9], abs=0.15)


def test_what_is_true_lies_in_nine_of_ten_intervals() -> None:
    inside = []
    s = GapScales()
    for seed in range(30):
        rng = np.random.default_rng(seed)
        drift = rng.normal(0, s.step_district, (3, YEARS)).cumsum(1)
        drift -= drift[:, [YEARS // 2]]
        true = s.mean + rng.normal(0, s.nation) + rng.normal(0, s.region)
        true = true + (rng.normal(0, s.district, 3)[:, None] + drift)[DISTRICT]
        true = true + rng.normal(0, s.area, 15)[:, None]
        drawn = gaps(_counted(true, seed), COVERAGE, s, draws=300, rng=rng).logits
        low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
        inside.append(((true >= low) & (true <= high)).mean())
    assert np.mean(inside) == pytest.approx(0.9, abs=0.05)


def test_later_doses_alone_tell_the_gap_of_the_first() -> None:
    told = _counted(np.full((15, YEARS), 0.8), 4)
    later = replace(
        told,
        girls=np.where(np.arange(4)[:, None, None] > 1, told.girls, 0.0),
        boys=np.where(np.arange(4)[:, None, None] > 1, told.boys, 0.0),
    )
    assert _mean(later).mean() == pytest.approx(0.8, abs=0.1)


def test_a_survey_of_girls_and_boys_moves_the_gap_towards_what_it_found() -> None:
    of = np.zeros((1, 4, 3, YEARS))
    of[0, 1, :, 1] = 1 / 3
    told = replace(NOTHING, apart=np.array([0.15]), error=np.array([0.02]), of=of)
    found = _mean(told)[:, 1].mean() * 0.75 * 0.25
    assert found == pytest.approx(0.15, abs=0.03)


def test_regions_have_their_national_gap_in_common() -> None:
    """Two regions of one country, put together, know the nation better than each."""
    wide = np.full((15, YEARS), 0.4)
    parts = [
        gaps(
            _counted(wide, seed),
            COVERAGE,
            GapScales(),
            draws=400,
            rng=np.random.default_rng(seed),
        )
        for seed in (1, 2)
    ]
    apart = [part.logits.mean((1, 2)) for part in parts]
    moved = together(parts, GapScales(), np.random.default_rng(3))
    both = [logits.mean((1, 2)) for logits in moved]
    assert abs(np.corrcoef(*both)[0, 1]) > abs(np.corrcoef(*apart)[0, 1])
    assert np.mean(both) == pytest.approx(np.mean(apart), abs=0.05)


def test_girls_reached_are_as_many_as_their_coverage_says() -> None:
    rng = np.random.default_rng(1)
    due = np.full(40_000, 50)
    reached = rng.binomial(due, 0.7)
    girls, girls_due = girls_among(
        reached, due, np.full(due.shape, 0.7), np.full(due.shape, 0.5), rng, girls=0.49
    )
    low, high = by_sex(np.array(0.7), np.array(0.5), girls=0.49)
    assert girls.sum() / girls_due.sum() == pytest.approx(low, abs=0.005)
    boys = (reached - girls).sum() / (due - girls_due).sum()
    assert boys == pytest.approx(high, abs=0.005)
    assert girls_due.mean() / 50 == pytest.approx(0.49, abs=0.005)
    assert ((girls <= girls_due) & (girls_due - girls <= due - reached)).all()
