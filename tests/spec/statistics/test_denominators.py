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


def test_derived_infants_grow_with_the_countrys_children_under_one():
    # base 1,422,960.3 infants for 1,602,103 under 1; 1,459,181 under 1 a year later
    found = denominators.derived_infants(1_422_960.30927835, 1_602_103, 1_459_181)
    assert found == pytest.approx(1_296_019.44884511, rel=1e-12)


def test_a_district_has_its_share_of_derived_infants():
    # Kiambu 2019: 54,618 of 1,602,103 children under 1
    found = denominators.derived_infants(1_422_960.30927835, 1_602_103, 54_618)
    assert found == pytest.approx(48_510.7675175472, rel=1e-12)


def test_no_child_under_one_in_the_base_year_gives_no_derived_infants():
    assert denominators.derived_infants(100.0, 0.0, 10.0) is None


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
