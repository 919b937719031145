"""Chains of denominators: the constants of Countdown's default, figures by hand.

Issue 3, Kenya 2022 (adjusted by `both`) and the years 2019 and 2020 of its oracle.
"""

import pytest

from boloci.stats import denominators
from boloci.stats.denominators import Rates

COUNTDOWN = Rates(
    stillbirth=0.02,
    neonatal=0.025,
    postneonatal=0.024,
    twin=0.015,
    pregnancy_loss=0.03,
)
LIVE_BIRTHS_2022 = 1_575_658.5 / 0.975


def test_pregnancies_of_live_births():
    # 1000 x (1 - .0075) / (.98 x .97)
    found = denominators.per_live_birth(COUNTDOWN)["pregnant_women"] * 1000
    assert found == pytest.approx(1000 * 0.9925 / 0.9506)


def test_kenya_2022_from_live_births():
    births = denominators.per_live_birth(COUNTDOWN)
    infants = LIVE_BIRTHS_2022 * denominators.infants_per_live_birth(COUNTDOWN)
    later = denominators.per_infant(COUNTDOWN)
    assert births["pregnant_women"] * LIVE_BIRTHS_2022 == pytest.approx(
        1_687_291.8, abs=0.1
    )
    assert infants == pytest.approx(1_575_658.5)
    assert later["infants_measles"] * infants == pytest.approx(1_537_842.7, abs=0.05)


def test_kenya_2022_from_anc1():
    pregnancies = 1_520_870.4082
    births = pregnancies * denominators.live_births_per_pregnancy(COUNTDOWN)
    infants = births * denominators.infants_per_live_birth(COUNTDOWN)
    assert infants == pytest.approx(1_420_247.7831, rel=1e-9)


def test_a_chain_and_its_way_back_meet():
    there = denominators.per_live_birth(COUNTDOWN)["pregnant_women"]
    assert there * denominators.live_births_per_pregnancy(COUNTDOWN) == 1


def test_the_second_measles_dose_loses_postneonatal_deaths_twice():
    later = denominators.per_infant(COUNTDOWN)
    assert later["children_12_23_months"] == pytest.approx(1 - 2 * 0.024)


@pytest.mark.parametrize(
    ("kind", "element", "source", "rule", "expected"),
    [
        ("coverage", "DTP1", "penta1", "refuse", "always"),
        ("not_reached", "DTP1", "penta1", "refuse", "always"),
        ("sex_gap", "DTP1", "penta1", "refuse", "always"),
        ("coverage", "DTP3", "penta1", "refuse", ""),
        ("coverage", "DTP1", "penta1_derived", "refuse", ""),
        ("not_reached_share", "DTP1", "penta1_derived", "refuse", "where_circular"),
        ("not_reached", "DTP1", "dhis2", "refuse", ""),
        ("not_reached", "DTP1", "penta1", "warn", ""),
    ],
)
def test_what_penta1_cannot_tell_of_itself(kind, element, source, rule, expected):
    assert denominators.refusal(kind, element, source, rule) == expected
