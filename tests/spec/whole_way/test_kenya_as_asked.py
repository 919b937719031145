"""Countdown's figures of a real country as a user asks for them, and by no other way.

Only the doors of a workspace are used: facts, denominators, adjustments, inequality.
Kenya's workbook, profile `countdown`, method `both` unless said. Expected numbers:
outputs of Countdown's own R functions (`../shared/oracles/countdown_kenya`).
"""

import csv
from collections import Counter
from collections.abc import Iterator

import pytest

from boloci.workspace import Workspace
from tests.conftest import SHARED
from tests.spec.small_country import Country

WORKBOOK = SHARED / "data/countdown/kenya.xlsx"
ORACLES = SHARED / "oracles/countdown_kenya"
YEARS = ("2019", "2020", "2021", "2022", "2023")
CHAINS = ("dhis2", "anc1", "penta1", "penta1_derived")
COVERAGES = {
    "bcg": "bcg_coverage",
    "penta1": "dtp1_coverage",
    "penta3": "dtp3_coverage",
    "measles1": "mcv1_coverage",
    "measles2": "mcv2_coverage",
}
COUNTS = {
    "anc1": "anc1_count",
    "bcg": "bcg_doses",
    "penta1": "dtp1_doses",
    "penta3": "dtp3_doses",
    "measles1": "mcv1_doses",
    "measles2": "mcv2_doses",
}
LEVELS = {
    "country": ("national", None),
    "region": ("adm1", "adminlevel_1"),
    "district": ("district", "district"),
}
CODES = {"bcg": "BCG", "penta1": "DTP1", "penta3": "DTP3", "measles1": "MCV1"}
KENYA = "country.kenya"
BOTH = {"method": "both", "profile": "countdown"}

pytestmark = pytest.mark.skipif(
    not WORKBOOK.exists(), reason="countdown/kenya.xlsx is not in ../shared"
)


@pytest.fixture(scope="module")
def kenya(kenya_built: Workspace) -> Country:
    """The workbook imported and built as Countdown does."""
    return Country(kenya_built)


def oracle(name: str) -> Iterator[dict[str, str]]:
    """Rows of one of Countdown's own results."""
    with (ORACLES / name).open(newline="") as file:
        yield from csv.DictReader(file)


@pytest.mark.parametrize("level", LEVELS)
def test_every_coverage_over_every_chain_is_countdowns(kenya, level):
    """What is gone whole as an outlier is 0 there and blank here."""
    name, place = LEVELS[level]
    asked = {"level": level, "period": "2019..2023", "sex": "total", **BOTH}
    key = ("indicator", "denominator_source", "place", "period")
    found = kenya.facts(
        indicator=tuple(COVERAGES.values()), denominator=CHAINS, **asked
    )
    got = {tuple(fact[name] for name in key): fact["value"] for fact in found}
    compared = 0
    for row in oracle(f"kenya_coverage_{name}_adj.csv"):
        where = row[place] if place else "Kenya"
        for short, indicator in COVERAGES.items():
            for chain in CHAINS:
                theirs = float(row[f"cov_{short}_{chain.replace('1_d', '1d')}"])
                ours = got[indicator, chain, where, row["year"]]
                if theirs == 0 and ours is None:
                    continue
                assert ours == pytest.approx(theirs, abs=1e-6), (where, row["year"])
                compared += 1
    assert compared >= 100


@pytest.mark.parametrize("method", ["reported", "both"])
@pytest.mark.parametrize("column", COUNTS)
def test_national_doses_before_and_after_are_countdowns(kenya, column, method):
    ending = {"reported": "raw", "both": "adj"}[method]
    found = kenya.facts(
        COUNTS[column],
        place=KENYA,
        period="2019..2023",
        sex="total",
        method=method,
        profile="countdown",
    )
    got = {fact["period"]: fact["value"] for fact in found}
    for row in oracle("kenya_adjustment_values_k025.csv"):
        theirs = float(row[f"{column}_{ending}"])
        assert got[row["year"]] == pytest.approx(theirs, abs=1e-3)


def test_outlier_county_months_of_penta1_by_year(kenya):
    found = kenya.workspace.adjustments(
        element="DTP1", method="outliers", profile="countdown"
    ).to_pylist()
    assert {row["reason"] for row in found} == {"outlier"}
    by_year = Counter(row["period"][:4] for row in found)
    assert [by_year[year] for year in YEARS] == [1, 8, 1, 0, 1]


@pytest.mark.parametrize(
    ("column", "year", "share"), [("bcg", "2023", 25.53), ("measles1", "2020", 55.32)]
)
def test_share_of_counties_without_an_outlier(kenya, column, year, share):
    found = kenya.workspace.adjustments(
        element=CODES[column], method="outliers", period=year, profile="countdown"
    ).to_pylist()
    counties = {row["place_id"] for row in found}
    assert round(100 * (47 - len(counties)) / 47, 2) == share


@pytest.mark.parametrize(
    ("population", "source", "persons"),
    [
        ("pregnant_women", "dhis2", 1687291.8),
        ("surviving_infants", "dhis2", 1575658.5),
        ("infants_measles", "dhis2", 1537842.7),
        ("pregnant_women", "anc1", 1520870.4082),
        ("surviving_infants", "anc1", 1420247.7831),
        ("surviving_infants", "penta1", 1441983.2990),
    ],
)
def test_denominators_of_2022_are_countdowns(kenya, population, source, persons):
    found = kenya.workspace.denominators(
        place=KENYA, period="2022", profile="countdown"
    ).to_pylist()
    method = "reported" if source == "dhis2" else "both"  # births are not adjusted
    (one,) = [
        row["denominator"]
        for row in found
        if (row["population"], row["denominator_source"], row["method"])
        == (population, source, method)
    ]
    near = 0.06 if source == "dhis2" else 1e-4  # told in thousands, four decimals
    assert one == pytest.approx(persons, abs=near)


@pytest.mark.parametrize(
    ("source", "value"),
    list(zip(CHAINS, (85.7341, 95.1155, 93.6818, 97.2986), strict=True)),
)
def test_penta3_coverage_of_2022_over_each_denominator(kenya, source, value):
    found = kenya.value("dtp3_coverage", KENYA, "2022", denominator=source, **BOTH)
    assert found == pytest.approx(value, abs=5e-5)


@pytest.mark.parametrize(
    ("year", "values"),
    [("2019", (8.3804, 7.6902, 10.5524)), ("2023", (14.6846, 13.1337, 12.5947))],
)
def test_mean_differences_of_county_penta3(kenya, year, values):
    """Unweighted, weighted, relative; over live births."""
    found = kenya.workspace.inequality(
        "dtp3_coverage",
        measure=("mdmu", "mdmw", "idisu"),
        period=year,
        denominator="dhis2",
        **BOTH,
    ).to_pylist()
    got = {row["measure"]: row["value"] for row in found}
    assert [got[name] for name in ("mdmu", "mdmw", "idisu")] == [
        pytest.approx(value, abs=5e-5) for value in values
    ]


@pytest.mark.parametrize(("method", "share"), [("reported", 11.918), ("both", 11.229)])
def test_the_zero_dose_share_of_2022_is_a_share_and_not_millions(kenya, method, share):
    asked = {"denominator": "dhis2", "profile": "countdown", "method": method}
    found = kenya.fact("zero_dose_share", KENYA, "2022", **asked)
    assert found["value"] == pytest.approx(share, abs=5e-4)
    assert found["unit"] == "percent"


def test_counties_with_a_ratio_in_the_expected_range_are_countdowns(kenya):
    """One to one and a half, of every hundred counties."""
    expected = {row["year"]: row for row in oracle("kenya_ratios.csv")}
    for indicator, column in (
        ("ratio_anc1_dtp1", "% district with anc1/penta1 in expected ranged"),
        ("ratio_dtp1_dtp3", "% district with penta1/penta3 in expected ranged"),
    ):
        for year in YEARS:
            found = kenya.facts(
                indicator, level="district", period=year, profile="countdown"
            )
            inside = [fact for fact in found if 1 <= fact["value"] <= 1.5]
            share = round(100 * len(inside) / len(found), 1)
            assert share == float(expected[year][column])


def test_counties_with_ninety_percent_of_their_reports_are_countdowns(kenya):
    expected = {row["year"]: row for row in oracle("kenya_district_rr90.csv")}
    for year in YEARS:
        found = kenya.facts(
            "completeness", level="district", period=year, profile="countdown"
        )
        complete = [fact for fact in found if fact["value"] >= 90]
        share = round(100 * len(complete) / len(found))
        assert share == float(expected[year]["low_vacc_rr"])


def test_a_range_holds_every_combination_between_its_ends(kenya):
    (found,) = kenya.workspace.range(
        "dtp3_coverage", place=KENYA, period="2022", profile="countdown"
    )
    told = [fact["value"] for fact in found.told]
    assert (found.low["value"], found.high["value"]) == (min(told), max(told))
    ends = {fact["denominator_source"] for fact in found.told}
    assert ends >= set(CHAINS)
    assert min(told) < 85.7341 < 97.2986 <= max(told) + 5e-5
