"""The synthetic country goes the whole way: DHIS2 files in, sound facts out."""

import random
from collections import Counter
from pathlib import Path

import pytest

from boloci import demo, pipeline, workspace
from boloci.codes import SCENARIOS
from boloci.published import published
from boloci.tables import FACTS_KEY
from tests.spec.small_country import Country, Fact, usual

SMALL = Path(__file__).parents[2] / "unit" / "demo_small.yaml"
SEED = 7


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The small synthetic country, imported and built."""
    folder = tmp_path_factory.mktemp("small_demo")
    written = demo.write(folder / "files", seed=SEED, parameters=SMALL)
    opened = workspace.init(folder / "w")
    pipeline.import_files(opened, written.files, by="a test")
    pipeline.build(opened)
    return Country(opened)


def as_reported(told: Country, indicator: str, **filters: str) -> list[Fact]:
    """Facts of no adjusted scenario, over the official target where there is one."""
    return [fact for fact in told.facts(indicator, **filters) if usual(fact)]


def test_there_is_one_fact_a_key(told):
    table = told.workspace.facts()
    keys = table.group_by(list(FACTS_KEY)).aggregate([([], "count_all")])
    assert keys.num_rows == table.num_rows > 10_000


def test_the_country_is_found_by_its_usual_name(told):
    facts = told.facts("dtp1_doses", place="Pays d'essai", period="2023")
    assert {fact["level"] for fact in facts} == {"country"}


@pytest.mark.parametrize("level", ["region", "district"])
@pytest.mark.parametrize("indicator", ["dtp1_doses", "dtp1_target_minus_doses"])
def test_every_level_adds_up_to_the_country(told, indicator, level):
    for period in ("2022Q4", "2023", "2023S2"):
        asked = {"period": period, "sex": "total"}
        [whole] = as_reported(told, indicator, level="country", **asked)
        parts = as_reported(told, indicator, level=level, **asked)
        total = sum(part["value"] for part in parts if part["value"] is not None)
        assert total == pytest.approx(whole["value"])


def test_quarters_add_up_to_the_year(told):
    for place in ("country", "district"):
        for year in told.facts("dtp1_doses", level=place, period="2023", sex="total"):
            quarters = told.facts(
                "dtp1_doses",
                place=year["place_id"],
                period="2023Q1..2023Q4",
                sex="total",
            )
            known = [q["value"] for q in quarters if q["value"] is not None]
            assert sum(known) == year["value"]


def test_random_counts_are_the_sum_of_their_rows(told):
    draw = random.Random(SEED)
    facts = [
        fact
        for indicator in ("dtp1_doses", "mcv1_doses", "bcg_doses")
        for level in ("area", "district", "region")
        for fact in draw.sample(
            told.facts(indicator, level=level, period="2023Q1..2023Q4"), 4
        )
    ]
    for fact in facts:
        rows = pipeline.contributions(told.workspace, fact).to_pylist()
        used = [
            row["value"]
            for row in rows
            if (row["role"], row["state"]) == ("numerator", "used")
            and row["value"] is not None
        ]
        assert (sum(used) if used else None) == fact["value"], fact


def test_the_targets_behind_a_coverage_are_its_denominator(told):
    asked = {"method": "reported", "denominator": "target", "sex": "total"}
    found = told.facts("dtp1_coverage", level="region", period="2022", **asked)
    assert len(found) == 2
    for fact in found:
        rows = pipeline.contributions(told.workspace, fact).to_pylist()
        targets = [
            row["value"]
            for row in rows
            if (row["role"], row["state"]) == ("denominator", "used")
        ]
        assert len(targets) > 1
        assert sum(targets) >= fact["denominator"] * (1 - 1e-9)


def test_stored_facts_and_facts_worked_out_agree(told):
    source = published(told.workspace, profile="boloci", build=None, as_of=None)
    here = [place.key for place in source.places if place.level in ("region", "group")]
    names = ["dtp1_coverage", "dropout_dtp1_dtp3", "red_category", "completeness"]
    names += ["zero_dose_children", "zero_dose_progress", "dtp1_sex_gap", "dtp1_doses"]
    worked = pipeline.compute(
        told.workspace,
        source.cursor(),
        build=source.build,
        profile="boloci",
        indicators=names,
        places=here,
        periods=[202300, 202321, 202332],
    )
    stored = told.workspace.facts(indicator=names).to_pylist()
    ids = set(worked["place_id"].to_pylist())
    wanted = [
        fact
        for fact in stored
        if usual(fact)
        and fact["place_id"] in ids
        and fact["period"] in ("2023", "2023Q1", "2023S2")
    ]

    def order(fact):
        return tuple(str(fact[name]) for name in FACTS_KEY)

    got = sorted(worked.to_pylist(), key=order)
    assert len(got) == len(wanted) > 40
    for one, other in zip(got, sorted(wanted, key=order), strict=True):
        for name, value in one.items():
            if isinstance(value, float):
                assert value == pytest.approx(other[name]), (name, one)
            else:
                assert value == other[name], (name, one, other)


def test_no_value_is_lost_between_the_files_and_the_country(told):
    everything = told.facts("dtp1_doses_all_ages", level="country", period="2023")
    areas = told.facts("dtp1_doses_all_ages", level="area", period="2023", sex="total")
    known = [fact["value"] for fact in areas if fact["value"] is not None]
    [whole] = [fact for fact in everything if not fact["sex"]]
    assert sum(known) == whole["value"]


@pytest.mark.parametrize("indicator", ["dtp1_doses", "mcv1_doses"])
def test_every_scenario_adds_up_to_the_country(told, indicator):
    asked = {"period": "2023", "sex": "total", "method": SCENARIOS}
    whole = told.facts(indicator, level="country", **asked)
    parts = told.facts(indicator, level="district", **asked)
    assert [fact["method"] for fact in whole] == list(SCENARIOS)
    for fact in whole:
        total = sum(p["value"] for p in parts if p["method"] == fact["method"])
        assert total == pytest.approx(fact["value"], abs=1e-6), fact["method"]


def test_a_place_year_and_rule_have_one_finding_at_most(told):
    said = Counter(
        (found["rule"], found["place_id"], found["period_start"][:4])
        for found in told.findings()
        if found["place_id"]
    )
    assert len(said) > 100
    assert not {key: count for key, count in said.items() if count > 1}


@pytest.mark.slow
def test_what_is_reported_is_the_same_under_every_profile(told):
    """What a profile adjusts, doubts and divides by differs; what was told does not."""
    asked = {"period": "2022..2024", "sex": "total", "method": "reported"}
    ours = told.facts("dtp1_doses", level="district", **asked)
    for profile in ("countdown", "dhis2", "fastr"):
        told.build(profile)
        theirs = told.facts("dtp1_doses", level="district", profile=profile, **asked)
        for name in ("place_id", "period", "value"):
            assert [f[name] for f in theirs] == [f[name] for f in ours], profile
