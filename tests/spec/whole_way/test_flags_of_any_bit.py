"""Flags beyond the 31st bit go the whole way: files, build, facts, what is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pyarrow as pa
import pytest

from boloci.lake import engines
from boloci.stats.vocabulary import FLAGS
from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
M Country country .
R North region M
D1 Ada district R
D2 Bia district R
A Aa area D1
B Bb area D1
E Ee area D2
"""
SURVEYS = (
    "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
    " age_max_months evidence timing dose sex estimate n\n"
    "EDS dtp1_coverage R 2025-11-01 2025-11-30 12 23 . . . . .5 200"
)
GOALS = """
indicator place_id group baseline_year year value
dtp1_coverage D1 . . 2024 80
dtp1_coverage D2 . . 2024 80
dtp3_coverage M . . 2024 80
"""
CORRECTIONS = """
correction_id place_id element period action value reason by status
k1 A DTP1 202407 replace 10 typed head accepted
"""
STORED = {
    *("above_100", "adjusted", "age_unknown", "circular_denominator", "corrected"),
    *("denominator_from_survey", "design_effect_assumed", "goal_met", "goal_unknown"),
    *("incomplete", "more_doses_than_children", "negative", "no_report"),
    *("not_classifiable", "reports_missing", "sex_partial", "sex_ratio_assumed"),
    *("target_incomplete", "target_missing", "target_substituted", "to_date"),
}
"""Flags that some stored fact of the country bears."""


@contextmanager
def further_on() -> Iterator[None]:
    """Each flag as many bits further on as there is room for: into the last of 63."""
    room = 63 - len(FLAGS)
    with pytest.MonkeyPatch.context() as patch:
        for name, bit in FLAGS.items():
            patch.setitem(FLAGS, name, bit << room)
        # queries that this process wrote before hold the flags as they are
        patch.setattr(engines, "_WRITTEN", {})
        yield


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Country, Country]:
    """The same country with flags as they are, and with each further on."""
    as_it_is = built(tmp_path_factory)
    with further_on():
        return as_it_is, built(tmp_path_factory)


def built(folders: pytest.TempPathFactory) -> Country:
    """Doses above the target, silence, girls alone, a survey, goals, a peak."""
    told = country(folders.mktemp("flags") / "w")
    told.bring(
        places=PLACES,
        targets="population place_id year value\n"
        "surviving_infants A 2024 60\nlive_births B 2024 240\n"
        "surviving_infants A 2023 60\nsurviving_infants E 2023 120",
        values=values(
            months("DTP1", "A", 2024, "10 10 10 10 10 10 99 10 10 10 10 10", ". . ."),
            months("DTP3", "A", 2024, "12 12 12 12 12 12 12 12 12 12 12 12", ". . ."),
            months("DTP1", "B", 2024, "4 4 4 4 4 4", "female . ."),
            months("DTP1", "B", 2024, "5 5 5 5 5 5", "male . ."),
            months("DTP3", "B", 2024, "9 9 9 x 9 9", ". 0_11m ."),
            months("DTP1", "E", 2023, "10 10 10 10 10 10 10 10 10 10 10 10", ". . ."),
            months("DTP1", "E", 2024, "10 10 10 . . . 10 10 10 10 10 10", ". . ."),
            months("ANC1", "A", 2024, "11 11 11 11 11 11 11 11 11 11 11 11", ". . ."),
            header="element place_id period sex age strategy value",
        ),
        surveys=SURVEYS,
        goals=GOALS,
        corrections=CORRECTIONS,
    )
    told.build()
    return told


def told_by(
    both: tuple[Country, Country], ask: Callable[[Country], pa.Table]
) -> list[dict[str, Any]]:
    """Rows that both countries tell alike; builds are named by their day."""
    usual = ask(both[0]).drop_columns("build").to_pylist()
    with further_on():
        assert ask(both[1]).drop_columns("build").to_pylist() == usual
    return usual


def seen(rows: list[dict[str, Any]]) -> set[str]:
    """Every flag of some rows."""
    return {flag for row in rows for flag in flags(row)}


def test_every_stored_fact_bears_the_flags_it_would_bear(
    both: tuple[Country, Country],
):
    rows = told_by(both, lambda told: told.workspace.facts())
    assert seen(rows) >= STORED


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        ({"indicator": "dtp1_coverage", "period": "202401..202412"}, {"above_100"}),
        (
            {"indicator": "dtp1_coverage", "denominator": ["anc1", "penta1"]},
            {"refused", "circular_denominator", "survey_missing"},
        ),
        (
            {"indicator": "red_category", "denominator": "penta1"},
            {"refused", "not_classifiable"},
        ),
        ({"indicator": "dtp1_doses", "method": "both"}, {"adjusted", "corrected"}),
    ],
)
def test_a_figure_worked_out_when_asked_bears_them_too(
    both: tuple[Country, Country], asked: dict[str, Any], known: set[str]
):
    asked = {"place": ["M", "D1", "A", "E"], "period": "2024", **asked}
    rows = told_by(both, lambda told: told.workspace.facts(**asked))
    assert seen(rows) >= known


def test_candidate_denominators_bear_them_too(both: tuple[Country, Country]):
    asked = {"place": ["D1", "D2"], "period": "2024"}
    rows = told_by(both, lambda told: told.workspace.denominators(**asked))
    assert seen(rows) >= {"refused", "circular_denominator", "survey_missing"}
