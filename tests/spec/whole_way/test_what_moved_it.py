"""What moved the estimate of a place: what each source pulls, the prior's weight."""

from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from boloci.lake import builds
from boloci.pipeline.estimating import lasting, moving
from boloci.stats.estimate.pulls import Pulled
from tests.spec.estimated_country import (
    AREAS,
    DISTRICTS,
    LOTS,
    REGIONS,
    asked,
    estimated,
    figure,
    lot,
    surveys,
    told,
)
from tests.spec.small_country import Country, country

YEAR = 202300
RECOUNTS = """
element place_id period register monthly_report
DTP1 D1A 202302 30 40
DTP1 D3A 202302 33 36
"""
LOW, NEAR = (surveys(asked("R1", one), asked("R2", one)) for one in (0.4, 0.85))
"""A survey far below what doses say, and one near it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A survey below what doses say, a lot and two recounts; not to be changed."""
    lots = "\n".join([LOTS, lot("D1", 8)])
    tables = told(surveys=LOW, lots=lots, recounts=RECOUNTS)
    found = country(tmp_path_factory.mktemp("moved"), **tables)
    estimated(found)
    return found


def _rows(made: Country, query: str) -> list[dict[str, Any]]:
    folder = builds.folder(made.workspace.lake, "boloci")
    path = folder / f"{builds.current(folder)}.duckdb"
    with duckdb.connect(str(path), True, config=builds.READING) as file:
        return list(file.sql(query).to_arrow_table().to_pylist())


def _steps(made: Country, place: str) -> dict[str, float]:
    rows = _rows(
        made,
        "SELECT m.step, m.value FROM estimate_moved m JOIN place p"
        f" ON p.place_key = m.place WHERE p.place_id = '{place}' AND period = {YEAR}",
    )
    assert len({row["step"] for row in rows}) == len(rows)
    return {row["step"]: row["value"] for row in rows}


def _pulls(made: Country, where: str) -> dict[str, dict[str, dict[str, Any]]]:
    rows = _rows(
        made,
        "SELECT p.place_id, m.* EXCLUDE (place) FROM estimate_pulls m JOIN place p"
        f" ON p.place_key = m.place WHERE {where}",
    )
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in rows:
        found[row["place_id"]][row["kind"]] = row
    return found


def test_steps_go_from_doses_over_target_to_the_estimate(made: Country) -> None:
    steps = _steps(made, "D1")
    kinds = {"surveys", "lots", "recounts"}
    assert steps.keys() == {
        *("naive", "prior", "doses", "estimate", "without_shift"),
        *kinds,
    }
    assert steps["naive"] == pytest.approx(110, abs=1)
    assert 60 < steps["prior"] < 85
    assert 50 < steps["doses"] < 100
    of_place = figure(made, "dtp1_coverage", "D1", "2023")["value"]
    assert steps["estimate"] == pytest.approx(of_place, abs=1e-3)
    assert steps["recounts"] == pytest.approx(steps["estimate"])


@pytest.mark.parametrize("place", ["C", "R1", "D1", "D1A"])
def test_pulls_of_sources_are_the_way_from_doses_to_the_estimate(
    made: Country, place: str
) -> None:
    steps = _steps(made, place)
    pulls = _pulls(made, f"place_id = '{place}' AND period = {YEAR}")[place]
    points = [pulls[kind]["points"] for kind in ("surveys", "lots", "recounts")]
    reached = [steps[one] for one in ("doses", "surveys", "lots", "recounts")]
    ways = [after - before for before, after in pairwise(reached)]
    assert ways == pytest.approx(points)
    assert [pulls[kind]["source"] for kind in ("surveys", "lots")] == ["EDS", "LQ"]


def test_a_survey_far_below_what_doses_say_pulls_down_and_forces_a_shift(
    made: Country,
) -> None:
    pulls = _pulls(made, f"period = {YEAR}")
    for place in ("C", *REGIONS):
        steps = _steps(made, place)
        assert pulls[place]["surveys"]["points"] < -5
        assert steps["estimate"] < steps["without_shift"] - 3


def test_a_lot_pulls_its_own_district_most(made: Country) -> None:
    pulls = _pulls(made, f"period = {YEAR}")
    points = {place: abs(pulls[place]["lots"]["points"]) for place in DISTRICTS}
    assert max(points, key=lambda place: points[place]) == "D1"


def test_the_prior_weighs_something_and_more_on_an_area_than_on_a_region(
    made: Country,
) -> None:
    weight = {
        place: pulls["prior"]["weight"]
        for place, pulls in _pulls(made, f"period = {YEAR}").items()
    }
    assert weight.keys() == {"C", *REGIONS, *DISTRICTS, *AREAS}
    assert all(0 < one < 1 for one in weight.values())
    assert weight["D2A"] > weight["D2"] > weight["R1"]


def test_a_survey_that_finds_more_does_not_pull_so_far_down(
    made: Country, tmp_path: Path
) -> None:
    near = country(tmp_path, **told(surveys=NEAR))
    estimated(near)
    for place in REGIONS:
        far_pull, near_pull = (
            _pulls(one, f"place_id = '{place}' AND period = {YEAR}")[place]["surveys"]
            for one in (made, near)
        )
        assert near_pull["points"] > far_pull["points"] + 5


def test_a_survey_of_the_country_alone_pulls_every_place(tmp_path: Path) -> None:
    of_all = country(tmp_path, **told(surveys=surveys(asked("C", 0.4))))
    estimated(of_all)
    pulls = _pulls(of_all, f"period = {YEAR}")
    assert pulls.keys() == {"C", *REGIONS, *DISTRICTS, *AREAS}
    assert all(one.keys() == {"surveys", "prior"} for one in pulls.values())
    assert all(one["surveys"]["points"] < -3 for one in pulls.values())


def test_where_no_level_is_told_nothing_is_said_to_have_moved_it(
    tmp_path: Path,
) -> None:
    unasked = country(tmp_path, **told(surveys=None, recounts=RECOUNTS))
    estimated(unasked)
    assert _steps(unasked, "R1").keys() == {"naive", "prior"}
    assert _pulls(unasked, "true") == {}


def test_an_estimate_kept_before_there_were_pulls_is_carried_without_them(
    tmp_path: Path,
) -> None:
    old = country(tmp_path, **told())
    estimated(old)
    with duckdb.connect(str(lasting.path(old.workspace.lake))) as file:
        file.execute("DROP TABLE pulls")
    old.build()
    assert _steps(old, "R1")["estimate"] > 0
    tables = _rows(old, "SELECT table_name FROM duckdb_tables()")
    assert "estimate_pulls" not in {row["table_name"] for row in tables}


def _chain(value: float, *pulls: float) -> tuple[dict[str, float], list[float]]:
    """Steps and points of a place of which pulls are these, of shares."""
    return _steps_of(
        value, {("lots", str(n)): np.array([one]) for n, one in enumerate(pulls)}
    )


def _steps_of(
    value: float, by_source: dict[tuple[str, str], Any]
) -> tuple[dict[str, float], list[float]]:
    pulled = {1: Pulled(np.array([0.8]), by_source, np.array([0.1]))}
    known = {1: np.array([value])}
    steps, rows = moving.moved([1], [], {YEAR: 70.0}, known, known, pulled)
    points = [row["points"] for row in rows if "points" in row]
    return {row["step"]: row["value"] for row in steps}, points


def test_small_pulls_are_points_as_they_are() -> None:
    steps, points = _chain(80.0, 0.002, -0.001)
    assert points == pytest.approx([0.2, -0.1], rel=0.01)
    assert steps["doses"] == pytest.approx(79.9, abs=0.01)


def test_pulls_that_cancel_are_told_in_full() -> None:
    steps, points = _chain(80.0, 0.1, -0.1)
    assert points == pytest.approx([10, -10])
    assert steps["doses"] == pytest.approx(80)


def test_kinds_that_pull_against_each_other_stay_between_0_and_100() -> None:
    logit = 0.16  # of a share, where coverage is 80 %: one logit
    by_source = {
        ("surveys", "EDS"): np.array([3 * logit]),
        ("lots", "LQ"): np.array([-3 * logit]),
    }
    steps, points = _steps_of(96.0, by_source)
    assert steps["doses"] == pytest.approx(96)
    assert 99.5 < steps["surveys"] < 100
    assert steps["lots"] == pytest.approx(96)
    assert points == pytest.approx([steps["surveys"] - 96, 96 - steps["surveys"]])


@pytest.mark.parametrize("pull", [-3.0, -0.5, 0.5, 3.0, -80.0, 80.0])
def test_no_pull_comes_from_beyond_0_or_100(pull: float) -> None:
    steps, points = _chain(90.0, pull)
    assert -1e-9 < steps["doses"] < 100 + 1e-9
    assert steps["doses"] + sum(points) == pytest.approx(90)


def test_pulls_are_taken_where_the_model_has_coverage_not_where_its_draws_end() -> None:
    # Of an area all whose few children were reached in nearly every draw.
    steps, points = _chain(99.9, -0.016)
    assert points == pytest.approx([-0.01], rel=0.1)
    assert steps["doses"] == pytest.approx(99.91, abs=0.001)


@pytest.mark.parametrize("value", [0.0, 100.0])
def test_of_an_estimate_at_an_end_no_pull_is_told(value: float) -> None:
    steps, points = _chain(value, 0.01)
    assert points == []
    assert steps.keys() == {"prior", "estimate", "without_shift"}
