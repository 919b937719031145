"""Denominators of a real country against Countdown's own, at three levels.

`countdown/kenya.xlsx` under profile `countdown`, method `both`. Expected: results of
cd2030 (`../shared/oracles/countdown_kenya`, base year 2019), whose figures from DHIS2
are in thousands and all others in persons; inside boloci all are persons.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from boloci import pipeline, workspace
from boloci.codes import METHODS
from boloci.lake import snapshots
from boloci.lake.engines import Engine, connect
from boloci.pipeline import adjusting, cubes, denominating
from boloci.pipeline.denominator_views import SOURCES
from boloci.pipeline.rules import Rules
from boloci.pipeline.understanding import understand
from boloci.stats.denominators import COHORTS
from boloci.stats.vocabulary import FLAGS
from tests.conftest import SHARED

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
ORACLES = SHARED / "oracles/countdown_kenya"
LEVELS = {"national": "country", "adm1": "region", "district": "district"}
NAMED_BY = {"national": "", "adm1": "adminlevel_1", "district": "district"}
CHAINS = ("dhis2", "anc1", "penta1", "penta1derived")
COUNTDOWNS = {
    "totpreg": "pregnant_women",
    "totdeliv": "deliveries",
    "totbirths": "births",
    "totlbirths": "live_births",
    "totlivebirths": "live_births",
    "totinftpenta": "surviving_infants",
    "totinftmeasles": "infants_measles",
    "totmeasles2": "children_12_23_months",
}
ELEMENTS = {
    "anc1": "ANC1",
    "instlivebirths": "LIVE_BIRTHS",
    "bcg": "BCG",
    "penta1": "DTP1",
    "penta3": "DTP3",
    "measles1": "MCV1",
    "measles2": "MCV2",
}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


class Kenya:
    """Denominators and counts of Kenya in an engine, asked by words."""

    def __init__(self, engine: Engine, rules: Rules):
        self.engine, self.rules = engine, rules

    def denominators(self, level: str, method: str) -> dict[Any, float | None]:
        """(source, cohort, place, year) -> persons."""
        return {
            (SOURCES[source], COHORTS[cohort], name, period // 100): target
            for source, cohort, name, period, target in self.engine.rows(
                "SELECT d.denominator_source, d.population, p.name, d.period, d.target"
                " FROM denominators d JOIN place p ON p.place_key = d.place"
                " WHERE d.method = ? AND p.level = ? AND d.period % 100 = 0",
                METHODS.index(method),
                level,
            )
        }

    def counts(self, level: str, method: str) -> dict[Any, float]:
        """(element, place, year) -> count of a scenario."""
        return {
            (element, name, period // 100): total
            for element, name, period, total in self.engine.rows(
                "SELECT c.element, p.name, c.period, c.total FROM scenario_counts c"
                " JOIN place p ON p.place_key = c.place"
                " WHERE c.method = ? AND p.level = ? AND c.period % 100 = 0",
                METHODS.index(method),
                level,
            )
        }

    def cohort_of(self, element: str) -> str:
        """The cohort that an element is held against."""
        key = self.rules.key(element)
        rows = self.engine.rows(
            "SELECT population FROM denominator_population WHERE element = ?", key
        )
        return COHORTS[rows[0][0]]


def computed(folder: Path, profile: str) -> Kenya:
    """The workbook's counts, scenarios and denominators under a profile."""
    opened = workspace.open_workspace(folder)
    known = understand(opened, snapshots.live(opened.lake))
    engine = connect()
    rules = cubes.count(engine, known, profile=profile)
    adjusting.adjust(engine, known, rules)
    denominating.candidates(engine, known, rules)
    return Kenya(engine, rules)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the workbook."""
    made = workspace.init(tmp_path_factory.mktemp("kenya") / "w")
    pipeline.import_files(made, [WORKBOOK], by="a test")
    return made.root


@pytest.fixture(scope="module")
def kenya(folder: Path) -> Kenya:
    """Under profile `countdown`."""
    return computed(folder, "countdown")


def oracle(level: str) -> Iterator[tuple[str, int, dict[str, str]]]:
    """Place, year and columns of Countdown's results."""
    with (ORACLES / f"kenya_coverage_{level}_adj.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield row.get(NAMED_BY[level]) or "Kenya", int(row["year"]), row


def source_of(chain: str) -> str:
    """boloci's name of a chain."""
    return chain.replace("penta1derived", "penta1_derived")


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("chain", CHAINS)
def test_every_denominator_is_countdowns(kenya, level, chain):
    got = kenya.denominators(LEVELS[level], "both")
    compared = 0
    for place, year, row in oracle(level):
        for column, text in row.items():
            name, _, of = column.rpartition("_")
            if of == chain and name in COUNTDOWNS:
                persons = float(text) * (1000 if chain == "dhis2" else 1)
                key = (source_of(chain), COUNTDOWNS[name], place, year)
                assert got[key] == pytest.approx(persons, rel=1e-9), (key, column)
                compared += 1
    assert compared >= 25


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("chain", CHAINS)
def test_every_coverage_is_countdowns(kenya, level, chain):
    counts = kenya.counts(LEVELS[level], "both")
    targets = kenya.denominators(LEVELS[level], "both")
    for place, year, row in oracle(level):
        for short, code in ELEMENTS.items():
            count = counts.get((kenya.rules.key(code), place, year))
            key = source_of(chain), kenya.cohort_of(code), place, year
            expected = float(row[f"cov_{short}_{chain}"])
            if count is None:
                assert expected == 0, "a year without a report is 0 there, blank here"
                continue
            coverage = 100 * count / targets[key]
            assert coverage == pytest.approx(expected, rel=1e-6), (key, code)


def test_children_under_one_are_countdowns_whole_persons(kenya):
    found = {
        (name, period // 100): target
        for name, period, target in kenya.engine.rows(
            "SELECT p.name, t.period, t.target FROM targets t"
            " JOIN place p ON p.place_key = t.place WHERE p.level = 'district'"
            " AND t.population = ? AND t.period % 100 = 0",
            COHORTS.index("under_1"),
        )
    }
    for place, year, row in oracle("district"):
        assert found[place, year] == pytest.approx(float(row["totunder1_dhis2"]))


@pytest.mark.parametrize(("method", "share"), [("reported", 11.918), ("both", 11.229)])
def test_the_zero_dose_share_of_2022_is_a_share(kenya, method, share):
    infants = kenya.denominators("country", method)[
        "dhis2", "surviving_infants", "Kenya", 2022
    ]
    doses = kenya.counts("country", method)[kenya.rules.key("DTP1"), "Kenya", 2022]
    assert 100 * (infants - doses) / infants == pytest.approx(share, abs=5e-4)


@pytest.mark.parametrize("source", ["anc1", "penta1", "penta1_derived"])
def test_without_an_imported_survey_profile_boloci_refuses_the_chains(folder, source):
    under_boloci = computed(folder, "boloci")
    rows = under_boloci.engine.rows(
        "SELECT DISTINCT target, flags FROM denominators WHERE denominator_source = ?",
        SOURCES.index(source),
    )
    refused = FLAGS["refused"] | FLAGS["survey_missing"]
    assert rows
    assert all(target is None for target, _flags in rows)
    assert all(flags & refused == refused for _target, flags in rows)
