"""What a synthetic country may do that no model of coverage expects."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from demo_countries import SEED, SMALL, small

from boloci import demo
from boloci.demo import answers, parameters, programme
from boloci.demo.coverage import quarters
from boloci.problems import Refused

PARAMETERS = parameters.load(SMALL)


@cache
def country(section: str, seed: int = SEED, **more: Any) -> answers.Answers:
    """The small country with a few parameters of one section switched on."""
    part = replace(getattr(PARAMETERS, section), **more)
    wanted = replace(PARAMETERS, **{section: part})
    return demo.simulated(wanted, programme.load(), seed=seed)


def surveyed(seed: int = SEED, **more: Any) -> answers.Answers:
    told = tuple(replace(survey, **more) for survey in PARAMETERS.surveys)
    wanted = replace(PARAMETERS, surveys=told)
    return demo.simulated(wanted, programme.load(), seed=seed)


def gap(known: answers.Answers) -> np.ndarray:
    """Log odds of boys less those of girls, by year."""
    truth = known.truth
    year = np.array([m // 100 for m in known.country.parameters.months])
    due, reached = (
        np.stack([of["DTP1"][:, year == y].sum((0, 1)) for y in np.unique(year)])
        for of in (truth.due, truth.reached)
    )
    odds = np.log(reached / (due - reached))
    result: np.ndarray = odds[:, 1] - odds[:, 0]
    return result


def test_the_gap_between_girls_and_boys_drifts_where_asked() -> None:
    drifting = country("coverage", sd_walk_sex_gap_region=0.5)
    assert np.ptp(gap(drifting)) > 3 * np.ptp(gap(small()))


def test_a_shock_meets_all_areas_of_a_district_for_a_quarter() -> None:
    calm = small()
    shaken = country("coverage", sd_shock_district=0.8)
    quarter = quarters(PARAMETERS)

    def by_district(known: answers.Answers) -> np.ndarray:
        tree = known.country
        reached = np.zeros((len(tree.districts), int(quarter.max()) + 1))
        due = reached.copy()
        for total, of in ((reached, known.truth.reached), (due, known.truth.due)):
            monthly = of["DTP1"].sum(2)
            by_quarter = np.zeros((len(monthly), total.shape[1]))
            np.add.at(by_quarter.T, quarter, monthly.T)
            np.add.at(total, tree.district_of, by_quarter)
        share: np.ndarray = reached / due
        return share

    swings = [np.abs(np.diff(by_district(known))).mean() for known in (calm, shaken)]
    assert swings[1] > 2 * swings[0]


def test_a_region_sends_children_to_its_largest_area_without_losing_one() -> None:
    calm, moved = small(), country("coverage", flow_town=0.2)
    tree = moved.country
    infants = np.array([area.infants for area in tree.areas])
    for region in np.unique(tree.region_of):
        here = np.flatnonzero((tree.region_of == region) & tree.steady)
        town = here[np.argmax(infants[here])]
        before, after = (k.truth.given["DTP1"][town].sum() for k in (calm, moved))
        assert after > 1.5 * before
    totals = [known.truth.given["BCG"].sum((0, 2)) for known in (calm, moved)]
    assert np.abs(totals[0] - totals[1]).max() < 0.01 * totals[0].max()


def test_national_over_reporting_is_drawn_between_its_ends_by_the_seed() -> None:
    drawn = [
        country("reporting", seed=seed, over=(0.0, 0.35)).reports.national
        for seed in range(5)
    ]
    levels = [path.mean() for path in drawn]
    assert all(0 <= level <= 0.35 for level in levels)
    assert np.ptp(levels) > 0.05
    assert all(np.ptp(path) < 1e-9 for path in drawn)


def test_national_over_reporting_wanders_from_year_to_year_where_asked() -> None:
    paths = [
        country("reporting", seed, over=(0.2, 0.2), sd_over_year=0.05).reports.national
        for seed in range(5)
    ]
    assert 0.02 < np.mean([np.ptp(path) for path in paths]) < 0.2


def test_a_shock_of_a_quarter_is_shared_by_the_antigens_of_its_reports() -> None:
    """Reports over doses: the logs of two antigens move together."""
    quarter = quarters(PARAMETERS)
    moving = []
    for sd in (0.0, 0.3):
        known = country("reporting", sd_area_quarter=sd)
        factors = []
        for code in ("DTP1", "MCV1"):
            doses = known.before.total(code)[known.country.steady].astype(float)
            given = known.truth.given[code][known.country.steady].sum(2)
            sums = np.zeros((2, len(doses), int(quarter.max()) + 1))
            np.add.at(sums[0].T, quarter, doses.T)
            np.add.at(sums[1].T, quarter, given.T)
            log = np.log(np.maximum(sums[0], 1)) - np.log(np.maximum(sums[1], 1))
            factors.append((log - log.mean(1, keepdims=True)).ravel())
        moving.append(np.cov(*factors)[0, 1])
    assert moving[1] > moving[0] + 0.02


def test_mothers_remember_doses_that_were_not_given() -> None:
    many = {"clusters": 4000, "design_effect": 1.0, "sd_bias": 0.0}
    plain = surveyed(**many).surveyed
    told = surveyed(**many, recall=(0.3, 0.3)).surveyed
    biases = {row["antigen"]: row["bias"] for row in told.biases}
    found = [
        {
            row["indicator"]: row["estimate"]
            for row in one.rows
            if row["place_id"] == small().country.uid and not row["sex"]
        }
        for one in (plain, told)
    ]
    for code in ("DTP1", "MCV1"):
        name = f"{code.lower()}_coverage"
        apart = found[1][name] - found[0][name]
        assert apart == pytest.approx(biases[code], abs=0.005)
        assert 0.1 < apart / (1 - found[0][name]) < 0.5
    assert biases["MCV1"] != biases["DTP1"]


def test_what_is_switched_on_moves_nothing_else() -> None:
    calm, told = small(), surveyed(recall=(0.1, 0.3))
    assert (calm.reports.cells == told.reports.cells).all()
    over = country("reporting", over=(0.1, 0.3))
    assert (calm.truth.given["DTP1"] == over.truth.given["DTP1"]).all()
    assert (calm.reports.received == over.reports.received).all()


def test_a_quiet_district_stays_as_it_is() -> None:
    more = {"sd_walk_sex_gap_district": 0.3, "flow_town": 0.2}
    moved = country("coverage", **more)
    quiet = moved.country.quiet
    before, after = (k.truth.given["DTP1"][quiet] for k in (small(), moved))
    # Its coverage is on the country's path, which moves a little with the others.
    assert np.abs(before - after).mean() < 0.1 * before.mean()


@pytest.mark.parametrize(
    ("section", "more"),
    [
        ("reporting", {"over": (0.3, 0.1)}),
        ("coverage", {"flow_town": 1.0}),
    ],
)
def test_misfit_that_cannot_be_is_refused(section: str, more: dict[str, Any]) -> None:
    part = replace(getattr(PARAMETERS, section), **more)
    with pytest.raises(Refused):
        parameters.check(replace(PARAMETERS, **{section: part}))


def test_a_memory_of_all_is_refused() -> None:
    survey = replace(PARAMETERS.surveys[0], recall=(0.2, 1.0))
    with pytest.raises(Refused):
        parameters.check(replace(PARAMETERS, surveys=(survey,)))


def test_every_area_has_its_part_of_national_over_reporting() -> None:
    known = country("reporting", over=(0.3, 0.3))
    calm = country("reporting", over=(0.0, 0.0))
    steady = known.country.steady
    apart = known.reports.over[steady] - calm.reports.over[steady]
    assert apart == pytest.approx(np.full(apart.shape, 0.3))
