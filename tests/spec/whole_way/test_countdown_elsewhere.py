"""Profile `countdown` on countries that are not Kenya, against a reference of its own.

The workbooks are made up and written by the tests: few districts, other years (2019 is
in none of them), no regions, other scripts and languages, blanks in words, a service
never told. The expected numbers are those of `countdown_country`.
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
        found = Country(self.opened).facts(
            indicator,
            level=level,
            period=f"{self.told.years[0]}..{self.told.years[-1]}",
            method=method,
            profile="countdown",
            sex="total",
        )
        return {(f["place"], int(f["period"])): f["value"] for f in found}


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


def test_outliers_are_of_reported_values_and_never_of_blanks(built):
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
