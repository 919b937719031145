"""Profile `countdown` on countries that are not Kenya, against a reference of its own.

The workbooks are made up and written by the tests: few districts, other years (2019 is
in none of them), no regions, other scripts and languages, blanks in words, a service
never told, half of all months blank, years of a district without rows. The expected
numbers are those of `countdown_country`.
"""

import json
from dataclasses import dataclass

import pytest

from boloci import pipeline, workspace
from boloci.workspace import Workspace
from tests.spec.small_country import Country
from tests.spec.whole_way import countdown_country as elsewhere
from tests.spec.whole_way.countdown_country import Told, total

COUNTS = {
    "ANC1": "anc1_count",
    "BCG": "bcg_doses",
    "Penta1": "dtp1_doses",
    "Penta3": "dtp3_doses",
    "Measles1": "mcv1_doses",
    "Measles2": "mcv2_doses",
}
FRENCH = (
    *("Janvier", "Février", "Mars", "Avril", "Mai", "Juin", "Juillet", "Août"),
    *("Septembre", "Octobre", "Novembre", "Décembre"),
)
PORTUGUESE = (
    *("Janeiro", "Fevereiro", "Março", "Abril", "Maio", "Junho", "Julho", "Agosto"),
    *("Setembro", "Outubro", "Novembro", "Dezembro"),
)
THREE = {"Haut-Plateau": "", "Île d'Or": "", "Grand Nord": ""}
SCRIPTS = {
    "\u12a0\u12f3\u121b": "Nord",
    "\u1300\u121d\u121b": "Nord",
    "\u0643\u0633\u0644\u0627": "Sul",
    "São João": "Sul",
    "District 5": "Sul",
}
COUNTRIES = {
    "three districts without regions": elsewhere.made_up(
        "Pays d'Ailleurs",
        THREE,
        (2014, 2015, 2016, 2017),
        FRENCH,
        blank="ND",
        empty=("Measles2",),
        seed=11,
    ),
    "two years in other scripts": elsewhere.made_up(
        "República Nova", SCRIPTS, (2021, 2022), PORTUGUESE, seed=12
    ),
    "half of all months blank": elsewhere.made_up(
        "Halfland",
        {"Up": "North", "Over": "North", "Down": "South", "Under": "South"},
        (2015, 2016, 2017, 2018),
        FRENCH,
        blanks=0.45,
        unwritten=(("Over", 2016), *(("Under", year) for year in (2015, 2016, 2017))),
        seed=13,
    ),
}


@dataclass(frozen=True)
class Built:
    """A made-up country, and what boloci makes of its workbook."""

    told: Told
    opened: Workspace

    @property
    def top(self) -> str:
        """The country's identifier."""
        (fact,) = Country(self.opened).facts(
            "dtp1_doses", level="country", period=str(self.told.years[0]), **REPORTED
        )
        return fact["place_id"]

    def counts(self, indicator: str, level: str, method: str) -> dict:
        """(place, year) -> value."""
        found = self.facts(indicator, level=level, method=method, sex="total")
        return {(f["place"], int(f["period"])): f["value"] for f in found}

    def shares(self, indicator: str, level: str) -> dict:
        """(place, year) -> numerator and denominator."""
        return {
            (fact["place"], int(fact["period"])): (
                int(fact["numerator"]),
                int(fact["denominator"]),
            )
            for fact in self.facts(indicator, level=level)
        }

    def facts(self, indicator: str, **asked: str) -> list[dict]:
        """Facts of every year under `countdown`."""
        years = f"{self.told.years[0]}..{self.told.years[-1]}"
        return Country(self.opened).facts(
            indicator, **{"period": years, "profile": "countdown"} | asked
        )

    def within(self) -> dict[str, list[str]]:
        """Country and regions -> their districts."""
        found = {self.told.name: list(self.told.districts)}
        for district, region in self.told.districts.items():
            if region:
                found.setdefault(region, []).append(district)
        return found


REPORTED = {"method": "reported", "profile": "countdown", "sex": "total"}


@pytest.fixture(scope="module", params=COUNTRIES)
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Built:
    told = COUNTRIES[request.param]
    folder = tmp_path_factory.mktemp("elsewhere")
    opened = workspace.init(folder / "w")
    pipeline.import_files(opened, [elsewhere.write(told, folder)], by="a test")
    pipeline.build(opened, profile="countdown")
    return Built(told, opened)


@pytest.mark.parametrize("service", COUNTS)
def test_every_district_and_the_country_are_summed_as_reported(built, service):
    found = built.counts(COUNTS[service], "district", "reported")
    country = built.counts(COUNTS[service], "country", "reported")
    cells = built.told.services[service]
    for year in built.told.years:
        for district in built.told.districts:
            expected = total(cells, year, district)
            assert found.get((district, year)) == expected
        assert country.get((built.told.name, year)) == total(cells, year)


@pytest.mark.parametrize("service", COUNTS)
def test_adjusted_years_are_those_of_the_text_of_the_method(built, service):
    found = built.counts(COUNTS[service], "district", "both")
    cells = elsewhere.adjusted(built.told, service)
    for year in built.told.years:
        for district in built.told.districts:
            expected = total(cells, year, district)
            got = found.get((district, year))
            assert got == (expected and pytest.approx(expected, abs=1e-6))


@pytest.mark.parametrize("service", COUNTS)
def test_districts_without_an_outlier_are_counted_with_blanks_as_zeros(built, service):
    indicator = COUNTS[service].split("_")[0] + "_units_without_outlier"
    found = {
        **built.shares(indicator, "country"),
        **built.shares(indicator, "region"),
    }
    for place, districts in built.within().items():
        for year in built.told.years:
            expected = elsewhere.without_outlier(built.told, service, year, districts)
            assert found.get((place, year), (0, 0)) == expected, (place, year)


@pytest.mark.parametrize("service", COUNTS)
def test_months_without_an_outlier_are_counted_with_blanks_as_zeros(built, service):
    indicator = COUNTS[service].split("_")[0] + "_months_without_outlier"
    places = built.within() | {
        district: [district] for district in built.told.districts
    }
    found = {
        key: share
        for level in ("country", "region", "district")
        for key, share in built.shares(indicator, level).items()
    }
    for place, districts in places.items():
        for year in built.told.years:
            expected = elsewhere.months_without_outlier(
                built.told, service, year, districts
            )
            assert found.get((place, year), (0, 0)) == expected, (place, year)


@pytest.mark.parametrize("service", COUNTS)
def test_a_blank_month_counts_as_missing_in_the_values_known(built, service):
    found = built.shares(COUNTS[service].split("_")[0] + "_values_known", "country")
    cells = built.told.services[service]
    for year in built.told.years:
        mine = [value for (_, when, _), value in cells.items() if when == year]
        known = sum(value is not None for value in mine)
        assert found[built.told.name, year] == (known, len(mine))


def test_no_blank_month_is_published_as_a_zero(built):
    told = built.told
    months = f"{told.years[0]}01..{told.years[-1]}12"
    for method in ("reported", "outliers"):
        found = {
            (fact["place"], int(fact["period"][:4]), int(fact["period"][4:])): fact
            for fact in built.facts(
                "dtp1_doses", level="district", period=months, method=method
            )
        }
        for cell, value in told.services["Penta1"].items():
            if value is None:
                assert cell not in found or found[cell]["value"] is None


def test_no_finding_takes_a_blank_for_a_zero(built):
    """No sentence says that nothing is usual where nothing was reported."""
    for rule in ("outlier_high", "outlier_low"):
        for told in built.opened.findings(rule=rule, profile="countdown").to_pylist():
            assert told["value"] is not None
            assert told["expected"] > 0


def test_adjusted_outliers_are_of_reported_values_and_never_of_blanks(built):
    found = built.opened.adjustments(
        element="DTP1", method="outliers", profile="countdown"
    ).to_pylist()
    expected = set()
    for district in built.told.districts:
        series = {
            (year, month): value
            for (where, year, month), value in built.told.services["Penta1"].items()
            if where == district
        }
        for year, month in elsewhere.outliers(series, built.told.years[-1]):
            expected.add((district, f"{year}{month:02d}"))
    assert expected
    assert {(row["place"], row["period"]) for row in found} == expected


def test_denominators_start_from_the_countrys_own_first_year(built):
    told = built.told
    first, last = told.years[0], told.years[-1]
    births = sum(elsewhere.rounded(told.births[d, last]) for d in told.districts)
    doses, visits = (
        {year: total(elsewhere.adjusted(told, name), year) for year in told.years}
        for name in ("Penta1", "ANC1")
    )
    under_1 = {
        year: sum(elsewhere.rounded(told.under_1[d, year]) for d in told.districts)
        for year in told.years
    }
    expected = {
        "dhis2": births * (1 - 0.025),
        "anc1": visits[last] / 0.98 * 0.97 / (1 - 0.0075) * 0.98 * (1 - 0.025),
        "penta1": doses[last] / 0.97,
        "penta1_derived": doses[first] / 0.97 * under_1[last] / under_1[first],
    }
    rows = built.opened.denominators(
        place=built.top, period=str(last), profile="countdown"
    ).to_pylist()
    got = {
        row["denominator_source"]: row["denominator"]
        for row in rows
        if row["population"] == "surviving_infants"
        and row["method"]
        == ("reported" if row["denominator_source"] == "dhis2" else "both")
    }
    for source, persons in expected.items():
        assert got[source] == pytest.approx(persons, abs=1e-4), source


def test_another_base_year_than_the_profiles_is_told(built):
    found = built.opened.findings(
        rule="denominator_base_moved", profile="countdown"
    ).to_pylist()
    assert [json.loads(row["params"])["year"] for row in found] == [built.told.years[0]]
