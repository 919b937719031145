"""What the joint model is told of a country is what its build publishes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from boloci import demo, pipeline, whereabouts, workspace
from boloci.demo import parameters as shape_of
from boloci.demo import programme
from boloci.lake import builds, merge, snapshots
from boloci.pipeline.estimating import reading
from boloci.problems import Refused

SMALL = Path(__file__).parents[2] / "unit" / "demo_small.yaml"
SEED = 2024


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("estimate")
    made = workspace.init(folder / "w", country="ML")
    written = demo.write(folder / "files", seed=SEED, parameters=SMALL)
    pipeline.import_files(made, written.files, by="a test")
    pipeline.build(made)
    return workspace.open_workspace(folder / "w")


@pytest.fixture(scope="module")
def regions(opened: Any) -> list[reading.Region]:
    folder = builds.folder(opened.lake, "boloci")
    path = folder / f"{builds.current(folder)}.duckdb"
    live = snapshots.live(opened.lake)
    recounts = merge.table(live, "recounts").to_pylist()
    return reading.regions(path, whereabouts.points(opened), recounts)


@pytest.fixture(scope="module")
def truth() -> Any:
    return demo.simulated(shape_of.load(SMALL), programme.load(), seed=SEED)


def _area(regions: list[reading.Region], place_id: str) -> tuple[reading.Region, int]:
    for region in regions:
        ids = [area.place_id for area in region.areas]
        if place_id in ids:
            return region, ids.index(place_id)
    raise LookupError(place_id)


def test_every_area_is_in_one_region(regions: Any, truth: Any) -> None:
    ids = [area.place_id for region in regions for area in region.areas]
    assert len(ids) == len(set(ids))
    assert set(ids) == {area.uid for area in truth.country.areas}


def test_areas_of_a_district_lie_together(regions: Any) -> None:
    for region in regions:
        assert (np.diff(region.evidence.district) >= 0).all()


def test_doses_are_those_of_the_months_reported(regions: Any, truth: Any) -> None:
    months = truth.country.parameters.months
    told = truth.reports.total("DTP1") * truth.reports.received
    same = []
    for number, area in enumerate(truth.country.areas):
        if area.copy_of >= 0:
            continue  # a second entry of a unit has no children of its own
        region, at = _area(regions, area.uid)
        for quarter, period in enumerate(region.quarters):
            first = period // 100 * 100 + 3 * (period % 10 - 1) + 1
            own = [
                months.index(m) for m in (first, first + 1, first + 2) if m in months
            ]
            given = region.evidence.doses[1, at, quarter]
            expected = told[number, own].sum()
            same.append(
                np.isclose(given, expected) or (np.isnan(given) and not expected)
            )
    assert all(same)


def test_births_are_gridded_ones_and_targets_official(regions: Any, truth: Any) -> None:
    for number, area in enumerate(truth.country.areas):
        region, at = _area(regions, area.uid)
        official = truth.official[number]
        known = np.isfinite(official) & np.isfinite(region.evidence.targets[at])
        assert region.evidence.targets[at][known] == pytest.approx(official[known])
        if np.isfinite(truth.known.gridded[number]).all():
            assert region.evidence.births[at] == pytest.approx(
                truth.known.gridded[number], rel=0.02
            )


def test_a_census_is_seen_in_the_targets(regions: Any, truth: Any) -> None:
    census = truth.country.parameters.targets.census_year
    for region in regions:
        epochs = dict(zip(region.years, region.evidence.epoch, strict=True))
        assert epochs[census] > epochs[census - 1]
        assert region.evidence.epoch.max() <= 2


def test_surveys_and_lots_speak_of_the_quarters_in_which_children_were_due(
    regions: Any,
) -> None:
    anchors = [anchor for region in regions for anchor in region.evidence.anchors]
    lots = [anchor for anchor in anchors if anchor.source < 0]
    assert lots
    assert len(anchors) > len(lots)
    assert all(anchor.weights.sum() == pytest.approx(1) for anchor in anchors)
    assert all(0 <= anchor.share <= 1 for anchor in anchors)
    assert all(len(anchor.districts) == 1 for anchor in lots)


def test_recounts_tell_of_over_reporting_where_registers_were_read(
    regions: Any,
) -> None:
    told = [one for region in regions for one in region.evidence.recounts]
    assert len({area for area, *_rest in told}) > 1
    assert {quarter for _area, quarter, *_rest in told} == {5, 6}
    assert all(-1 < found < 1 and error > 0 for _a, _q, found, error in told)


def test_flow_goes_to_the_nearest_five() -> None:
    at = [(0.0, 0.0), (1.0, 0.0), (2.0, 0.0), None, (0.0, 1.0)]
    share = reading.neighbours(at)
    assert share[3].sum() == 0
    assert share[[0, 1, 2, 4]].sum(1) == pytest.approx(np.ones(4))
    assert np.diag(share).sum() == 0
    assert share[0, 1] == share[0, 4] > share[0, 2]


def test_targets_that_grow_alike_are_of_one_census() -> None:
    rng = np.random.default_rng(1)
    steady = 500 * np.exp(rng.normal(0, 0.4, 30))[:, None] * 1.03 ** np.arange(5)
    assert reading.epochs(steady).tolist() == [0, 0, 0, 0, 0]
    counted = steady.copy()
    counted[:, 3:] *= np.exp(rng.normal(0, 0.2, 30))[:, None]
    assert reading.epochs(counted).tolist() == [0, 0, 0, 1, 1]


def test_without_gridded_births_the_targets_stand_for_them(regions: Any) -> None:
    evidence = regions[0].evidence
    none = np.full_like(evidence.births, np.nan)
    births, targets, gridded = reading.children(
        none, evidence.targets, regions[0].areas
    )
    assert not gridded
    assert np.isnan(targets).all()
    assert np.isfinite(births).any()


def test_without_any_number_of_children_nothing_is_estimated(regions: Any) -> None:
    none = np.full_like(regions[0].evidence.births, np.nan)
    with pytest.raises(Refused) as refused:
        reading.children(none, none, [replace(regions[0].areas[0], region="Plaine")])
    assert refused.value.problems[0].code == "no_children_to_estimate"
