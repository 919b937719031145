"""Outliers, copied and rounded numbers, changes of level: what a build says of them."""

import json
from pathlib import Path

from tests.spec.small_country import (
    STEADY,
    TWO_AREAS,
    Country,
    Fact,
    country,
    months,
    values,
)

YEARS = (2022, 2023, 2024)
HALF = "20 21 19 20 22 18 20 21 19 20 22 18"
PEAK = "40 41 39 40 42 38 160 41 39 40 42 38"
DIP = "40 41 39 40 42 38 9 41 39 40 42 38"


def series(element: str, place: str, *years: str) -> list:
    return [
        months(element, place, 2022 + index, year) for index, year in enumerate(years)
    ]


def built(folder: Path, *lines: list, **tables: str) -> Country:
    told = values(*(line for some in lines for line in some))
    return country(folder / "w", places=TWO_AREAS, values=told, **tables)


def with_a_dip(folder: Path, **tables: str) -> Country:
    """A gave 9 doses in July 2023 instead of 40."""
    return built(folder, series("DTP1", "A", STEADY, DIP, STEADY), others(), **tables)


def of_a(told: Country, rule: str) -> Fact:
    """The one finding of a rule at A."""
    (found,) = [f for f in told.findings(rule) if f["place_id"] == "A"]
    return found


def others(element: str = "DTP1") -> list:
    return series(element, "B", STEADY, STEADY, STEADY)


def test_a_peak_names_the_month_what_was_reported_and_what_is_usual(tmp_path: Path):
    told = built(tmp_path, series("DTP1", "A", STEADY, PEAK, STEADY), others())
    found = of_a(told, "outlier_high")
    assert (found["element"], found["period_start"]) == ("DTP1", "202307")
    assert (found["value"], found["expected"]) == (160, 40)
    assert found["severity"] == "warning"


def test_ten_times_too_many_is_an_error(tmp_path: Path):
    typed = PEAK.replace("160", "400")
    told = built(tmp_path, series("DTP1", "A", STEADY, typed, STEADY), others())
    found = of_a(told, "outlier_high")
    assert found["severity"] == "error"


def test_less_than_three_times_too_many_is_only_good_to_know(tmp_path: Path):
    typed = PEAK.replace("160", "110")
    told = built(tmp_path, series("DTP1", "A", STEADY, typed, STEADY), others())
    found = of_a(told, "outlier_high")
    assert found["severity"] == "info"


def test_peaks_of_one_year_are_one_finding_with_their_number(tmp_path: Path):
    twice = "40 160 39 40 42 38 170 41 39 40 42 38"
    told = built(tmp_path, series("DTP1", "A", STEADY, twice, STEADY), others())
    found = of_a(told, "outlier_high")
    assert json.loads(found["params"])["months"] == [202302, 202307]
    assert json.loads(found["params"])["count"] == 2
    assert found["value"] == 170


def test_a_stock_out_of_its_vaccine_explains_a_dip(tmp_path: Path):
    told = with_a_dip(
        tmp_path,
        stock="""
        product place_id period opening received issued lost closing stockout_days
        PENTA A 202307 10 0 10 0 0 20
        """,
    )
    found = of_a(told, "outlier_low")
    assert found["severity"] == "info"
    assert json.loads(found["context"]) == [
        {
            "kind": "stock_out",
            "product": "PENTA",
            "first": 202307,
            "last": 202307,
            "note": "",
        }
    ]


def test_a_stock_out_that_an_event_and_the_card_tell_is_said_once(tmp_path: Path):
    """The event's note names Penta: June to July there, July to August on the card."""
    told = with_a_dip(
        tmp_path,
        stock="""
        product place_id period opening received issued lost closing stockout_days
        PENTA A 202307 10 0 10 0 0 20
        PENTA A 202308 0 0 0 0 0 20
        """,
        events="""
        kind place_id start end note
        stock_out A 2023-06-10 2023-07-31 sans-Penta
        """,
    )
    found = of_a(told, "outlier_low")
    (event,) = json.loads(found["context"])
    assert (event["product"], event["note"]) == ("PENTA", "sans-Penta")
    assert (event["first"], event["last"]) == (202306, 202308)


def test_a_stock_out_told_of_the_area_and_by_its_facilitys_card_is_said_once(
    tmp_path: Path,
):
    told = country(
        tmp_path / "w",
        places=f"{TWO_AREAS}F Centre facility A",
        values=values(*series("DTP1", "F", STEADY, DIP, STEADY), *others()),
        stock="""
        product place_id period opening received issued lost closing stockout_days
        PENTA F 202307 10 0 10 0 0 20
        """,
        events="""
        kind place_id start end note
        stock_out A 2023-06-10 2023-07-31 sans-Penta
        """,
    )
    (found,) = [f for f in told.findings("outlier_low") if f["place_id"] == "F"]
    (event,) = json.loads(found["context"])
    assert (event["product"], event["note"]) == ("PENTA", "sans-Penta")
    assert (event["first"], event["last"]) == (202306, 202307)


def test_a_stock_out_of_another_vaccine_explains_nothing(tmp_path: Path):
    told = with_a_dip(
        tmp_path,
        stock="""
        product place_id period opening received issued lost closing stockout_days
        BCG A 202307 10 0 10 0 0 20
        """,
    )
    found = of_a(told, "outlier_low")
    assert (found["severity"], found["context"]) == ("warning", "")


def test_a_campaign_told_of_the_district_explains_a_peak_of_its_area(tmp_path: Path):
    told = built(
        tmp_path,
        series("DTP1", "A", STEADY, PEAK, STEADY),
        others(),
        events="""
        kind place_id start end note
        campaign D 2023-07-10 2023-07-20 catch-up
        """,
    )
    found = of_a(told, "outlier_high")
    assert found["severity"] == "info"
    assert "catch-up" in found["context"]


def test_what_context_does_not_explain_is_told_first(tmp_path: Path):
    twice = "40 41 39 40 9 38 5 41 39 40 42 38"
    told = built(
        tmp_path,
        series("DTP1", "A", STEADY, twice, STEADY),
        others(),
        events="""
        kind place_id start end note
        closure A 2023-07-01 2023-07-31 strike
        """,
    )
    found = of_a(told, "outlier_low")
    assert (found["period_start"], found["severity"]) == ("202305", "warning")
    assert json.loads(found["params"])["explained"] == 1


def test_cancelled_sessions_explain_a_dip(tmp_path: Path):
    told = with_a_dip(
        tmp_path,
        sessions="""
        place_id period strategy planned held reason
        A 202307 fixed 8 1 strike
        """,
    )
    found = of_a(told, "outlier_low")
    assert '"sessions_cancelled"' in found["context"]


def test_one_session_of_eight_that_was_not_held_explains_nothing(tmp_path: Path):
    told = with_a_dip(
        tmp_path,
        sessions="""
        place_id period strategy planned held reason
        A 202307 fixed 8 7 strike
        """,
    )
    assert of_a(told, "outlier_low")["context"] == ""


def test_a_change_of_level_is_said_once_and_is_no_row_of_outliers(tmp_path: Path):
    told = built(
        tmp_path, series("DTP1", "A", HALF, HALF, STEADY), others(), others("BCG")
    )
    found = of_a(told, "level_shift")
    assert found["period_start"] == "202401"
    assert (found["expected"], found["value"]) == (20, 40)
    assert [f for f in told.findings("outlier_high") if f["place_id"] == "A"] == []


def test_a_new_catchment_explains_a_change_of_level(tmp_path: Path):
    told = built(
        tmp_path,
        series("DTP1", "A", HALF, HALF, STEADY),
        others(),
        events="""
        kind place_id start end note
        new_catchment A 2024-01-01 . Bb's villages
        """.replace("Bb's villages", "villages"),
    )
    found = of_a(told, "level_shift")
    assert found["severity"] == "info"


def test_what_every_unit_does_is_no_change_of_a_unit(tmp_path: Path):
    told = built(
        tmp_path,
        series("DTP1", "A", HALF, HALF, STEADY),
        series("DTP1", "B", HALF, HALF, STEADY),
    )
    places = {f["place_id"] for f in told.findings("level_shift")}
    assert places == {"C", "D"}  # the one district is the whole country


def test_numbers_copied_from_the_month_before_are_found(tmp_path: Path):
    lines = [
        months(element, "A", 2024, f"{n} {n + 3} {n - 2} {n + 5} {n + 5} {n + 5} {n}")
        for n, element in enumerate(("BCG", "DTP1", "DTP3", "MCV1", "MCV2"), start=40)
    ]
    told = built(tmp_path, lines)
    (found,) = told.findings("copied_forward")
    assert (found["place_id"], found["period_start"]) == ("A", "202405")
    assert json.loads(found["params"])["count"] == 2


def test_one_number_for_every_vaccine_is_found(tmp_path: Path):
    lines = [
        months(element, "A", 2024, f"{40 + n} 44 {43 - n} 38")
        for n, element in enumerate(("BCG", "DTP1", "DTP3", "MCV1"))
    ]
    told = built(tmp_path, lines)
    (found,) = told.findings("same_across_antigens")
    assert json.loads(found["params"])["months"] == [202402, 202404]


def test_doses_given_at_one_visit_may_be_equal(tmp_path: Path):
    lines = [
        months(element, "A", 2024, STEADY)
        for element in ("DTP1", "OPV1", "PCV1", "ROTA1")
    ]
    told = built(tmp_path, lines)
    assert told.findings("same_across_antigens") == []


def test_a_year_of_rounded_numbers_is_heaping(tmp_path: Path):
    codes = ("BCG", "DTP1", "DTP3", "MCV1", "MCV2", "YF")
    counted = [
        months(e, "B", 2024, " ".join(str(31 + 7 * n + 3 * m) for m in range(12)))
        for n, e in enumerate(codes)
    ]
    spread = [
        months(e, "A", 2024, " ".join(str(35 * (n + 1) + 5 * m) for m in range(12)))
        for n, e in enumerate(codes)
    ]
    told = built(tmp_path, spread, counted)
    (found,) = told.findings("heaping")
    assert (found["place_id"], found["period_start"], found["value"]) == (
        "A",
        "2024",
        100,
    )


def test_one_rounded_number_of_many_vaccines_counts_once(tmp_path: Path):
    tens = " ".join(str(30 + 5 * m) for m in range(12))
    codes = ("BCG", "DTP1", "DTP3", "MCV1", "MCV2", "YF")
    told = built(tmp_path, [months(e, "A", 2024, tens) for e in codes])
    assert told.findings("heaping") == []


def test_one_month_of_one_unit_is_checked_without_a_word(tmp_path: Path):
    told = built(tmp_path, [months("DTP1", "A", 2024, "40")])
    rules = ("outlier_high", "level_shift", "copied_forward", "heaping")
    assert [f["rule"] for f in told.findings() if f["rule"] in rules] == []


def test_other_profiles_tell_their_own_outliers_and_nothing_they_have_no_limits_for(
    tmp_path: Path,
):
    told = built(tmp_path, series("DTP1", "A", STEADY, PEAK, HALF), others())
    for profile in ("dhis2", "countdown", "fastr"):
        told.build(profile)
        found = told.workspace.findings(profile=profile).to_pylist()
        peaks = {
            f["period_start"]
            for f in found
            if (f["rule"], f["place_id"]) == ("outlier_high", "A")
        }
        assert peaks == {"202307"}, profile
        assert not {"level_shift", "heaping"} & {f["rule"] for f in found}


def test_a_number_that_no_register_holds_is_a_peak_and_stops_nothing(tmp_path: Path):
    typed = PEAK.replace("160", "1e30")
    told = built(tmp_path, series("DTP1", "A", STEADY, typed, STEADY), others())
    found = of_a(told, "outlier_high")
    assert (found["value"], found["severity"]) == (1e30, "error")
