"""Candidate denominators on a country small enough to work out by hand.

Every area gives 600 DTP1 and 480 DTP3 a year; targets 300, 300 (North) and 400.
"""

import pytest

from tests.spec.small_country import Country, country, flags, months, values

PLACES = """
place_id name level parent_id
C Country country .
D1 North district C
D2 South district C
A Aa area D1
B Bb area D1
E Ee area D2
"""
YEARS = (2022, 2023, 2024)
TARGETS = "\n".join(
    [
        "population place_id year value source",
        *(
            f"surviving_infants {place} {year} {target} official"
            for year in YEARS
            for place, target in (("A", 300), ("B", 300), ("E", 400))
        ),
        *(f"surviving_infants C {year} 2000 un" for year in YEARS),
        "surviving_infants D1 2022 500 worldpop",
        "surviving_infants D2 2022 400 worldpop",
        "surviving_infants A 2022 100 worldpop",
        "surviving_infants D1 2023 500 worldpop",
    ]
)
SURVEYS = """
survey indicator place_id fieldwork_start fieldwork_end age_min_months age_max_months evidence timing dose sex estimate
National dtp1_coverage C 2024-01-01 2024-01-31 12 23 card_or_history by_survey crude . 0.8
Cards DTP1 D1 2024-01-01 2024-01-31 12 23 card by_survey crude . 0.7
Later Penta1 D2 2025-03-01 2025-03-31 12 23 card_or_history by_survey crude . 0.5
Old dtp1_coverage A 2017-06-01 2017-06-30 12 23 card_or_history by_survey crude . 0.9
"""  # noqa: E501


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The country, built under `boloci`."""
    return country(
        tmp_path_factory.mktemp("denominators") / "w",
        places=PLACES,
        targets=TARGETS,
        surveys=SURVEYS,
        values=values(
            *(
                months(dose, place, year, " ".join([doses] * 12))
                for dose, doses in (("DTP1", "50"), ("DTP3", "40"))
                for place in "ABE"
                for year in YEARS
            )
        ),
    )


def fact(told, place, period, source, indicator="dtp3_coverage"):
    return told.fact(
        indicator, place, period, method="reported", denominator=source, sex="total"
    )


def test_a_figure_of_the_country_is_shared_out_as_the_official_targets_are(told):
    found = fact(told, "D1", "2023", "un")
    assert found["denominator"] == 2000 * 600 / 1000
    assert "scaled_to_shares" in flags(found)


def test_a_places_own_figure_stands_as_given(told):
    found = fact(told, "C", "2023", "un")
    assert (found["denominator"], found["value"]) == (2000, 100 * 1440 / 2000)
    assert "scaled_to_shares" not in flags(found)


def test_a_quarter_has_a_quarter_of_a_given_figure(told):
    assert fact(told, "C", "2023Q1", "un")["denominator"] == 500
    assert fact(told, "D1", "2023Q1", "un")["denominator"] == 300


def test_figures_of_all_districts_add_up_to_their_country(told):
    found = fact(told, "C", "2022", "worldpop")
    assert found["denominator"] == 900
    assert not flags(found) & {"target_incomplete", "scaled_to_shares"}


def test_a_districts_own_figure_is_never_added_to_its_areas(told):
    assert fact(told, "C", "2022", "worldpop")["denominator"] == 900
    assert fact(told, "D1", "2022", "worldpop")["denominator"] == 500
    assert fact(told, "A", "2022", "worldpop")["denominator"] == 100


def test_a_sum_that_lacks_a_districts_figure_says_so_and_tells_no_zero_dose(told):
    found = fact(told, "C", "2023", "worldpop")
    assert found["denominator"] == 500
    assert "target_incomplete" in flags(found)
    shortfall = fact(told, "C", "2023", "worldpop", "under_immunised_children")
    assert shortfall["value"] is None


def test_penta1_divides_by_the_survey_of_that_place(told):
    found = fact(told, "C", "2022", "penta1")
    assert found["denominator"] == pytest.approx(1800 / 0.8)
    assert {"denominator_from_survey", "circular_denominator"} <= flags(found)


def test_a_survey_serves_the_years_after_its_cohort(told):
    assert fact(told, "C", "2024", "penta1")["denominator"] == pytest.approx(2250)


@pytest.mark.parametrize(
    ("place", "period", "why"),
    [
        ("B", "2022", "no survey of the place; its country's is not its own"),
        ("D1", "2022", "a survey that counts cards alone leaves children out"),
        ("D2", "2022", "a survey of children born later"),
        ("A", "2022", "a survey of seven years before"),
    ],
)
def test_without_a_survey_that_fits_penta1_is_refused(told, place, period, why):
    found = fact(told, place, period, "penta1")
    assert found["value"] is None, why
    assert {"refused", "survey_missing"} <= flags(found)


def test_a_survey_speaks_of_its_cohort_and_not_of_its_fieldwork(told):
    """Fieldwork in 2025 of children vaccinated in 2023."""
    assert fact(told, "D2", "2023", "penta1")["denominator"] == pytest.approx(1200)


@pytest.mark.parametrize("indicator", ["dtp1_coverage", "zero_dose_children"])
def test_dtp1_and_zero_dose_are_refused_from_penta1(told, indicator):
    found = fact(told, "C", "2022", "penta1", indicator)
    assert found["value"] is None
    assert {"refused", "circular_denominator"} <= flags(found)


def test_derived_infants_start_from_the_first_year_that_has_data_and_survey(told):
    assert fact(told, "C", "2022", "penta1_derived")["denominator"] == 2250
    (finding,) = told.findings("denominator_base_moved")
    assert finding["place_id"] == "C"
    assert '"year": 2022' in finding["params"]


def test_a_district_has_its_share_of_derived_infants(told):
    found = fact(told, "D1", "2023", "penta1_derived")
    assert found["denominator"] == pytest.approx(2250 * 600 / 1000)


def test_zero_dose_from_derived_infants_is_refused_for_the_country_in_its_base_year(
    told,
):
    at_base = fact(told, "C", "2022", "penta1_derived", "zero_dose_children")
    assert at_base["value"] is None
    assert {"refused", "circular_denominator"} <= flags(at_base)
    coverage = fact(told, "C", "2022", "penta1_derived", "dtp1_coverage")
    assert coverage["value"] == pytest.approx(80)
    assert "circular_denominator" in flags(coverage)


def test_zero_dose_from_derived_infants_is_told_elsewhere(told):
    found = fact(told, "D1", "2023", "penta1_derived", "zero_dose_children")
    assert found["value"] == pytest.approx(1350 - 1200)


def test_places_without_a_survey_are_counted_in_one_finding(told):
    (finding,) = told.findings("denominator_without_survey")
    assert finding["element"] == "DTP1"
    assert '"count": 5' in finding["params"]


def test_a_chain_whose_count_nobody_reports_has_no_figure(told):
    found = fact(told, "C", "2022", "anc1")
    assert (found["denominator"], found["value"]) == (None, None)
    assert "target_missing" in flags(found)


def test_all_sources_stand_side_by_side_for_a_place_and_year(told):
    found = told.workspace.denominators(place="D1", period="2023").to_pylist()
    infants = {
        row["denominator_source"]: (row["denominator"], row["ratio"])
        for row in found
        if row["population"] == "surviving_infants" and row["method"] == "reported"
    }
    assert infants == {
        "target": (pytest.approx(600), 1),
        "un": (1200, pytest.approx(2)),
        "worldpop": (500, pytest.approx(500 / 600)),
        "penta1": (None, None),
        "penta1_derived": (1350, pytest.approx(2.25)),
    }


def test_a_year_in_progress_is_held_against_as_much_of_any_source(tmp_path):
    """Half a year: 600 doses of the 600 children that half of 1200 are."""
    half = "100 100 100 100 100 100"
    told = country(
        tmp_path / "w",
        places="place_id name level parent_id\nC Country country .\nA Aa area C",
        targets="""
        population place_id year value source
        surviving_infants A 2024 1000 .
        surviving_infants A 2024 1200 un
        """,
        values=values(months("DTP1", "A", 2024, half), months("DTP3", "A", 2024, half)),
    )
    found = fact(told, "A", "2024", "un", "red_category")
    assert (found["numerator"], found["value"]) == (pytest.approx(100), 1)


def test_derived_infants_are_shared_as_the_children_under_1_where_these_are_told(
    tmp_path,
):
    """Base 600 / 80 %; of the children under 1 three in four live in A."""
    told = country(
        tmp_path / "w",
        places="place_id name level parent_id\nC Country country .\nA Aa district C"
        "\nB Bb district C",
        targets="""
        population place_id year value
        surviving_infants A 2024 500
        surviving_infants B 2024 500
        under_1 A 2024 600
        under_1 B 2024 200
        """,
        surveys="\n".join(SURVEYS.strip().splitlines()[:2]),
        values=values(
            months("DTP1", "A", 2024, "25 " * 12), months("DTP1", "B", 2024, "25 " * 12)
        ),
    )
    found = fact(told, "A", "2024", "penta1_derived", "dtp1_coverage")
    assert found["denominator"] == pytest.approx(600 / 0.8 * 3 / 4)
