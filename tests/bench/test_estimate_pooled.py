"""Scores of many countries beside the limits, on figures made by hand."""

from typing import Any

import pytest

from bench import estimate_limits, estimate_pooled
from bench.estimate_countries import NONE, RICH, SURVEYS
from bench.estimate_pooled import AREA, DISTRICT, DROPOUT, GAP, RATIO


def figure(error: float, values: int = 100, **more: Any) -> dict[str, Any]:
    return {
        "values": values,
        "together": values,
        "everywhere": error,
        "rmse": {"model": error, "naive": 4 * error, "survey_worldpop": 2 * error},
        "within": {"model": 0.9, "survey_worldpop": 0.3},
        "winkler": {"model": 0.2, "survey_worldpop": 0.8},
        "regions": {"North": 0.88, "South": 0.92},
    } | more


def country(error: float = 0.03, **more: Any) -> dict[str, Any]:
    figures = {what: figure(error) for what in (AREA, DISTRICT, DROPOUT, GAP, RATIO)}
    return {
        "figures": figures,
        "zero_dose": {"model": -4.0, "naive": -50.0},
        "zero_dose_inside": True,
        "worst_fifth": {"model": 0.9, "naive": 0.7},
    } | more


def kept(anchors: str, *countries: dict[str, Any]) -> dict[str, bool]:
    """Whether each limit is, by what it is of."""
    told = estimate_pooled.pooled(countries)
    lines = list(estimate_limits.lines(anchors, told, len(countries)))
    return {line.what.partition(": ")[2]: line.kept for line in lines}


def test_errors_are_pooled_by_their_squares() -> None:
    one = country(figures={AREA: figure(0.3, 1)})
    other = country(figures={AREA: figure(0.1, 3)})
    found = estimate_pooled.pooled([one, other])["figures"][AREA]
    assert found["everywhere"] == pytest.approx(((0.09 + 0.03) / 4) ** 0.5)
    assert found["rmse"]["naive"] == pytest.approx(4 * found["everywhere"])


def test_shares_in_intervals_are_pooled_by_their_values() -> None:
    one = country(figures={AREA: figure(0.1, 100, within={"model": 0.9})})
    other = country(figures={AREA: figure(0.1, 300, within={"model": 0.7})})
    found = estimate_pooled.pooled([one, other])["figures"][AREA]
    assert found["within"]["model"] == pytest.approx(0.75)


def test_only_the_limit_that_was_passed_is_told_as_not_kept() -> None:
    found = kept(RICH, country(0.012), country(0.013))
    # Half of the best baseline's error: enough for areas, not for districts.
    failed = {what for what, well in found.items() if not well}
    assert failed == {f"{DISTRICT}, over the best baseline's"}


def test_totals_off_in_opposite_directions_are_no_bias_but_an_error() -> None:
    told = [
        country(zero_dose={"model": off, "naive": 0.0}) for off in (-20.0, 20.0, 18.0)
    ]
    found = kept(RICH, *told[:2])
    what = "zero-dose children of the country, off by"
    assert not found[f"{what}, median"]
    assert found[f"{what}, mean"]


def test_intervals_may_be_too_wide_as_well_as_too_narrow() -> None:
    for share, well in ((0.85, False), (0.88, True), (0.92, True), (0.95, False)):
        part = figure(0.01, within={"model": share, "survey_worldpop": 0.3})
        figures = country()["figures"] | {AREA: part}
        found = kept(SURVEYS, country(figures=figures))
        assert found[f"{AREA}, share in the 90 % interval from 90 %"] is well


def test_one_region_outside_its_bounds_is_told() -> None:
    part = figure(0.01, regions={"North": 0.79, "South": 0.9})
    figures = country()["figures"] | {DISTRICT: part}
    told = estimate_pooled.pooled([country(figures=figures), country()])
    (line,) = [
        line
        for line in estimate_limits.lines(SURVEYS, told, 2)
        if "regions" in line.what and DISTRICT in line.what
    ]
    assert line.figure == 1
    assert line.unit == "of 4"


def test_without_an_anchor_only_ratios_and_gaps_have_limits() -> None:
    found = kept(NONE, country())
    assert set(found) == {
        f"{what}, share in the 90 % interval from 91 %" for what in (DROPOUT, RATIO)
    }


def test_a_country_without_a_survey_has_no_baseline_of_it() -> None:
    bare = figure(0.03, rmse={"model": 0.03, "naive": 0.2}, winkler={"model": 0.2})
    figures = country()["figures"] | {DISTRICT: bare}
    told = estimate_pooled.pooled([country(figures=figures)])
    assert estimate_pooled.best_baseline(told["figures"][DISTRICT])[0] == "naive"
    rows = [table.rows for table in estimate_pooled.tables(NONE, {}, told)]
    assert rows[1][0][0] == "model"


def test_the_table_has_a_row_a_country_and_one_of_all() -> None:
    each = {"one:1": country(0.02), "one:2": country(0.04)}
    told = estimate_pooled.pooled(list(each.values()))
    table, _ = estimate_pooled.tables(RICH, each, told)
    assert [row[0] for row in table.rows] == ["one:1", "one:2", "all"]
    assert all(len(row) == len(table.head) for row in table.rows)
    assert "| one:1 | 0.020 | 0.90 (0.88-0.92) |" in str(table)
