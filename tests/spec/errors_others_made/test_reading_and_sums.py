"""Mistakes of other tools in reading files, adding up and believing reports."""

from pathlib import Path

import pytest
import xlsxwriter

from boloci import pipeline, workspace
from tests.spec.small_country import Country, country, months, values

PLACES = "place_id name level parent_id\nC Cc country .\nB Big district C\n"


def imported(folder: Path, files: dict[str, str]) -> Country:
    """A country of files as they are written, imported and built."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    told = Country(workspace.init(folder / "w"))
    paths = [folder / name for name in files]
    pipeline.import_files(told.workspace, paths, by="a test")
    told.build()
    return told


SPACES = {"B1": " ", "B2": "\u00a0", "B3": "\u202f", "B4": "\u2009"}
"""Signs between the thousands, each in a district of its own."""


@pytest.fixture(scope="module")
def spaced(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A file of 1 796 doses, written in every way."""
    places = "".join(f"{place},Big {place},district,\n" for place in SPACES)
    doses = "".join(
        f"DTP1,{place},202401,1{space}796\nDTP1,{place},202402,204\n"
        for place, space in SPACES.items()
    )
    return imported(
        tmp_path_factory.mktemp("spaces"),
        {
            "places.csv": f"place_id,name,level,parent_id\n{places}",
            "values.csv": f"element,place_id,period,value\n{doses}",
        },
    )


@pytest.mark.parametrize("place", SPACES)
def test_1_796_with_a_narrow_or_no_break_space_is_not_missing(spaced, place):
    """1,279 cells of a national file were lost in this way."""
    assert spaced.value("dtp1_doses", place, "202401") == 1796
    assert spaced.value("dtp1_doses", place, "2024Q1") == 2000


def test_months_in_french_below_three_header_rows_are_read(tmp_path):
    """The form of the ministries: a header, two rows of labels, Janvier to Décembre."""
    names = ["district", "year", "month"]
    french = (
        *("Janvier", "Février", "Mars", "Avril", "Mai", "Juin"),
        *("Juillet", "Août", "Septembre", "Octobre", "Novembre", "Décembre"),
    )
    sheets = {
        "Admin_data": [
            ["district", "First_admin_level", "Country"],
            ["This sheet serves to map Health districts", "", ""],
            ["District", "Region", "Your_country_name"],
            ["Bla", "Ségou", "Mali"],
        ],
        "Population_data": [
            ["district", "year", "Live_births"],
            ["In this sheet, you will compile official population data", "", ""],
            ["Districtname", "Year", "Total Live births"],
            ["Bla", 2024, 12000],
        ],
        "Service_data_1": [
            [*names, "BCG", "Penta1"],
            ["", "", "", "Enter the reported number of individuals", ""],
            ["District", "Année", "Mois", "BCG", "Penta 1re dose"],
            *(
                ["Bla", 2024, month, 20 + number, 10 + number]
                for number, month in enumerate(french, start=1)
            ),
        ],
    }
    path = tmp_path / "mali.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for title, cells in sheets.items():
            sheet = book.add_worksheet(title)
            for row, line in enumerate(cells):
                for column, cell in enumerate(line):
                    sheet.write(row, column, cell)
    told = Country(workspace.init(tmp_path / "w"))
    pipeline.import_files(told.workspace, [path], by="a test")
    told.build("countdown")
    found = told.facts(
        "dtp1_doses", level="district", period="202401..202412", profile="countdown"
    )
    by_month = {fact["period"]: fact["value"] for fact in found}
    assert by_month == {f"2024{m:02d}": 10 + m for m in range(1, 13)}


def test_a_ratio_of_the_country_is_of_sums_and_no_mean_of_district_ratios(tmp_path):
    """Others: 1.47, or infinite for one district without a dose; the truth is 0.96."""
    told = country(
        tmp_path / "w",
        places=PLACES + "S Small district C\nN Nought district C",
        values=values(
            months("ANC1", "B", 2024, "1820"),
            months("DTP1", "B", 2024, "2000"),
            months("ANC1", "S", 2024, "203"),
            months("DTP1", "S", 2024, "100"),
            months("ANC1", "N", 2024, "5"),
            months("DTP1", "N", 2024, "0"),
        ),
    )
    ratios = [told.value("ratio_anc1_dtp1", d, "2024") for d in ("B", "S", "N")]
    assert ratios == [pytest.approx(0.91), pytest.approx(2.03), None]
    nation = told.value("ratio_anc1_dtp1", "C", "2024")
    assert nation == pytest.approx(2028 / 2100)
    assert round(nation, 2) == 0.97  # 0.96 of the two districts that gave doses


def test_a_hundred_percent_of_one_expected_report_is_not_believed(tmp_path):
    """A district of three areas whose data set expects one report a month."""
    areas = ("X", "Y", "Z")
    rows = "\n".join(f"EPI B 2024{m:02d} 1 1" for m in range(1, 13))
    told = country(
        tmp_path / "w",
        places=PLACES + "".join(f"{a} {a}{a} area B\n" for a in areas),
        values=values(
            *(months("DTP1", area, 2024, " ".join(["30"] * 12)) for area in areas)
        ),
        reports=f"dataset place_id period expected received\n{rows}",
    )
    fact = told.fact("completeness", "B", "2024")
    assert (fact["value"], fact["denominator"]) == (100, 12)
    (doubt,) = [f for f in told.findings("too_few_expected") if f["place_id"] == "B"]
    assert doubt["period_start"].startswith("2024")


def test_mosquito_nets_given_at_penta3_are_not_doses_of_penta3(tmp_path):
    told = imported(
        tmp_path,
        {
            "places.csv": "place_id,name,level,parent_id\nB,Big,district,\n",
            "values.csv": "element,place_id,period,value\n"
            "Penta 3,B,202401,8\n"
            "Mosquito nets given at Penta3,B,202401,9\n"
            "MILD données au Penta 3,B,202401,7\n",
        },
    )
    assert told.value("dtp3_doses", "B", "202401") == 8
