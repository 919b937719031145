"""Checks on a small country without a fault: few alarms, each said once."""

from collections import Counter
from pathlib import Path

import pytest

from bench import alarms
from tests.spec.small_country import Country

SMALL = Path(__file__).parents[2] / "unit" / "demo_small.yaml"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The small synthetic country with no fault planted, built."""
    folder = tmp_path_factory.mktemp("sound")
    parameters = alarms.without_faults(SMALL, folder)
    return Country(alarms.country(folder, parameters))


def test_a_sound_country_has_one_finding_a_place_year_and_rule_at_most(sound: Country):
    said = Counter(
        (found["rule"], found["place_id"], found["period_start"][:4])
        for found in sound.findings()
        if found["place_id"]
    )
    assert not {key: count for key, count in said.items() if count > 1}


def test_no_rule_warns_in_more_than_a_few_area_years_of_a_sound_country(sound: Country):
    told = alarms.rates(sound.workspace)
    assert told["most"] <= 1
    warned = {
        rule: rate
        for rule, (_all, rate) in told["rates"].items()
        if rule in alarms.OF_SERIES
    }
    assert not {rule: rate for rule, rate in warned.items() if rate > 2.5}


def test_numbers_that_were_counted_never_look_copied_or_rounded(sound: Country):
    rules = ("heaping", "copied_forward", "same_across_antigens")
    assert [f["rule"] for f in sound.findings() if f["rule"] in rules] == []
