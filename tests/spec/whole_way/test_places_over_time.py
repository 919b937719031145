"""Places that open, close, split and move: nothing doubled, nothing lost."""

import pytest

from tests.spec.small_country import Country, country, months, values

YEAR = "10 10 10 10 10 10 10 10 10 10 10 10"
EVERY_MONTH = [f"2024{month:02d}" for month in range(1, 13)]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """M moves from D1 to D2 in July; S splits into S1 and S2 in July; D moves too."""
    return country(
        tmp_path_factory.mktemp("places") / "w",
        places="""
        place_id name level parent_id valid_from valid_to
        C Country country . . .
        R1 West region C . .
        R2 East region C . .
        D1 North district R1 . .
        D2 South district R2 . .
        D3 Moving district R1 . 2024-06-30
        D3 Moving district R2 2024-07-01 .
        M Mover area D1 . 2024-06-30
        M Mover area D2 2024-07-01 .
        S Splitter area D1 . 2024-06-30
        S1 Half area D1 2024-07-01 .
        S2 Other area D1 2024-07-01 .
        K Closer area D2 . 2024-03-31
        I Inside area D3 . .
        """,
        groups="""
        group name kind place_id valid_from valid_to reason
        G Studied study D1 . . chosen
        G Studied study M 2024-04-01 2024-09-30 chosen
        H Elsewhere programme K . . chosen
        """,
        targets="""
        population place_id year value
        surviving_infants M 2024 120
        surviving_infants S 2024 240
        surviving_infants S1 2024 120
        surviving_infants S2 2024 120
        surviving_infants K 2024 120
        surviving_infants I 2024 120
        """,
        values=values(
            months("DTP1", "M", 2024, YEAR),
            months("DTP1", "S", 2024, "20 20 20 20 20 20"),
            months("DTP1", "S1", 2024, "x x x x x x 9 9 9 9 9 9"),
            months("DTP1", "S2", 2024, "x x x x x x 8 8 8 8 8 8"),
            months("DTP1", "K", 2024, "5 5 5 5"),
            months("DTP1", "I", 2024, YEAR),
        ),
    )


def test_every_month_of_a_moved_area_is_in_one_district(told):
    for month in EVERY_MONTH:
        north = told.facts("dtp1_doses", place="D1", period=month)[0]["value"] or 0
        south = told.facts("dtp1_doses", place="D2", period=month)
        moved = 10 if month >= "202407" else 0
        closing = 5 if month <= "202403" else 0
        assert sum(f["value"] or 0 for f in south) == moved + closing
        assert north == 10 - moved + (20 if month <= "202406" else 17)


def test_regions_add_up_to_the_country_in_every_month_and_longer_period(told):
    for period in [*EVERY_MONTH, "2024Q1", "2024Q3", "2024S1", "2024S2", "2024"]:
        whole = told.value("dtp1_doses", "C", period)
        parts = told.facts("dtp1_doses", place=["R1", "R2"], period=period)
        assert sum(part["value"] or 0 for part in parts) == whole


def test_a_moved_district_takes_its_areas_along(told):
    assert told.value("dtp1_doses", "R2", "202407") == 20
    assert told.value("dtp1_doses", "R1", "2024S1") == 60 + 120 + 60


def test_a_split_area_is_counted_once(told):
    assert told.value("dtp1_doses", "D1", "2024Q2") == 60 + 30
    assert told.value("dtp1_doses", "D1", "2024Q4") == 27 + 24


def test_the_target_of_a_split_area_ends_when_its_halves_begin(told):
    fact = told.fact("dtp1_coverage", "D1", "2024")
    assert fact["denominator"] == pytest.approx(60 + 120 + 60 + 60)


def test_reports_are_expected_of_the_places_that_are_open(told):
    assert told.fact("completeness", "D2", "2024Q1")["expected"] == 3
    assert told.fact("completeness", "D2", "2024Q3")["expected"] == 3


def test_a_report_of_a_month_after_closing_enters_no_sum_and_is_told(told):
    assert told.value("dtp1_doses", "C", "202404") == 10 + 20 + 10
    [finding] = told.findings("reported_while_closed")
    assert finding["place_id"] == "K"


def test_a_member_of_a_group_counts_in_its_months_only(told):
    got = {
        month: told.value("dtp1_doses", "G", month)
        for month in ("202401", "202404", "202407", "202410")
    }
    assert got == {"202401": 30, "202404": 30, "202407": 27, "202410": 17}


def test_a_group_has_coverage_of_its_own_members(told):
    fact = told.fact("dtp1_coverage", "H", "2024Q1")
    assert (fact["numerator"], fact["denominator"]) == (15, 30)


def test_one_district_alone_works(tmp_path):
    alone = country(
        tmp_path / "w",
        places="""
        place_id name level parent_id
        D Alone district Elsewhere
        A Aa area D
        """,
        values=values(months("DTP1", "A", 2024, YEAR)),
    )
    assert alone.value("dtp1_doses", "D", "2024") == 120


def test_a_year_entered_for_a_place_that_opens_in_it_is_kept(tmp_path):
    told = country(
        tmp_path / "w",
        places="""
        place_id name level parent_id valid_from valid_to
        C Country country . . .
        D1 North district C . .
        A New area D1 2024-01-01 .
        B Closed area D1 . 2024-02-29
        """,
        values="""
        element place_id period value
        DTP1 A 2024 50
        DTP1 B 2024Q1 7
        """,
    )
    assert told.value("dtp1_doses", "A", "2024") == 50
    assert told.value("dtp1_doses", "D1", "2024Q1") == 7
    assert told.value("dtp1_doses", "C", "2024") == 57
