"""The Countdown workbook: a real one, and ones a ministry might send."""

import datetime
import functools
import tempfile
from pathlib import Path

import pytest
import python_calamine as calamine
import xlsxwriter
from source_rows import rows, rules

from boloci import sources

KENYA = "data/countdown/kenya.xlsx"
NAMES = ["district", "year", "month"]
SERVICE = [
    [*NAMES, "BCG", "Penta1", "Measles1"],
    ["", "", "", "Enter the reported number of individuals"],
    ["District", "Année", "Mois", "Doses de BCG", "Penta 1re dose", "VAR 1"],
]
ADMIN = [
    ["Num_order", "", "district", "First_admin_level", "Country", "Number_hospitals"],
    ["", "", "This sheet serves to map Health districts to administrative units, and"],
    ["Nº", "", "District", "Region", "Your_country_name", "Total number of hospitals"],
    [1, "", "Ségou", "Ségou", "Mali", 3],
    [2, "", "Bla ", "Ségou", "Mali", 1],
    [3, "", "San", "Ségou", "Mali", "n/a"],
]
POPULATION = [
    ["district", "year", "Total_Population", "Population_under_1year", "Live_births"],
    ["In this sheet, you will compile official population data"],
    ["Districtname", "Year", "Total", "Under 1", "Total Live births"],
    ["Ségou", 2024, "1 796 000", 60000, 65000],
    ["Bla", 2024, 300000, "", 12000],
]
REPORTING = [
    [
        *NAMES,
        "Vacc_reporting_expected",
        "Vacc_reporting_received",
        "Vacc_reporting_rate",
    ],
    ["District", "Year", "Month", "Vaccinations reporting"],
    ["", "", "", "Expected", "Received", "Rate"],
    ["Ségou", 2024, "Janvier", 40, 36, 90.0],
]
DATA = [
    ["Ségou", 2024, "Janvier", 100, "1\u00a0796", ""],
    ["Ségou", "2024", "Février", 0, 90, "n/a"],
    ["Bla", 2024, "Março", 50, 40, 30],
    ["BLA ", 2024, 4, 51, 41, 31],
]


@pytest.fixture
def workbook(tmp_path):
    """`workbook(Service_data_1=rows, ...)`: an .xlsx of these sheets."""

    def write(name="mali.xlsx", **sheets):
        path = tmp_path / name
        with xlsxwriter.Workbook(str(path)) as book:
            day = book.add_format({"num_format": "mmm-yy"})
            for title, cells in sheets.items():
                sheet = book.add_worksheet(title)
                for at, row in enumerate(cells):
                    for column, cell in enumerate(row):
                        if isinstance(cell, datetime.datetime):
                            sheet.write_datetime(at, column, cell, day)
                        else:
                            sheet.write(at, column, cell)
        return path

    return write


@pytest.fixture
def mali(workbook):
    """A small French workbook without its stock sheet."""

    def write(data=DATA, **others):
        sheets = {
            "Admin_data": ADMIN,
            "Population_data": POPULATION,
            "Reporting_completeness": REPORTING,
            "Service_data_1": SERVICE + data,
            **others,
        }
        return workbook(**{name: cells for name, cells in sheets.items() if cells})

    return write


def values(reading, element):
    """Value by place and period."""
    return {
        (row["place"], row["period"]): row.get("value")
        for row in rows(reading)
        if row["element"] == element
    }


@functools.cache
def read_once(path):
    with tempfile.TemporaryDirectory() as staging:
        (reading,) = sources.read([path], staging=Path(staging))
    return reading


@pytest.fixture
def kenya(shared):
    """The real workbook, read once."""
    return read_once(shared(KENYA))


def test_kenya_has_the_doses_that_countdown_publishes(kenya):
    sums = {}
    for (_, period), value in values(kenya, "penta1").items():
        sums[period // 100] = sums.get(period // 100, 0) + value
    assert sums == {
        2019: 1_359_967,
        2020: 1_323_091,
        2021: 1_411_557,
        2022: 1_387_864,
        2023: 1_410_586,
    }


def test_kenya_has_47_districts_in_60_months_and_8_regions(kenya):
    found = values(kenya, "penta1")
    assert len({place for place, _ in found}) == 47
    assert len({period for _, period in found}) == 60
    levels = [row["level"] for row in rows(kenya, "places")]
    assert {level: levels.count(level) for level in levels} == {
        "country": 1,
        "region": 8,
        "district": 47,
    }


def test_every_blank_of_kenya_is_still_blank(kenya, shared):
    blanks = cells = 0
    with calamine.CalamineWorkbook.from_path(shared(KENYA)) as book:
        for title in ("Service_data_1", "Service_data_2", "Service_data_3"):
            for row in book.get_sheet_by_name(title).to_python():
                figures = row[3:] if isinstance(row[1], float) else []
                cells += len(figures)
                blanks += sum(not isinstance(cell, float) for cell in figures)
    table = kenya.tables["values"]
    assert (table.num_rows, table.column("value").null_count) == (cells, blanks)
    assert blanks == 29_122


def test_two_remarks_in_kenya_are_told_and_not_read_as_numbers(kenya):
    (remark,) = [f for f in kenya.findings if f.rule == "text_in_number_cell"]
    assert remark.params["rows"] == [363, 2128]
    assert remark.params["column"] == "measles_cases"


def test_trailing_spaces_of_kenya_are_one_finding_a_sheet(kenya):
    sheets = [f.params["sheet"] for f in kenya.findings if f.rule == "spaces_trimmed"]
    assert sheets == ["Service_data_3", "Vaccine_stock_data"]


def test_kenya_keeps_the_rates_as_stated_and_the_cell_of_each_value(kenya):
    report = rows(kenya, "reports")[2]
    assert (report["dataset"], report["rate"], report["received"]) == (
        "vacc",
        82.4,
        173,
    )
    value = next(row for row in rows(kenya) if row["element"] == "penta1")
    assert (value["cell"], value["value"]) == ("Service_data_2!E4", 1753)
    assert value["place"] == "district.baringo"


def test_kenya_has_official_targets_in_persons(kenya):
    target = rows(kenya, "targets")[0]
    assert target["population"] == "total"
    assert (target["place_id"], target["year"]) == ("district.baringo", 2019)
    assert target["value"] == 733_263
    assert "population_in_thousands" not in rules(kenya)


def test_dated_campaigns_of_kenya_are_events_and_an_undated_one_is_told(kenya):
    events = rows(kenya, "events")
    polio = [e for e in events if e["note"].startswith("Polio")]
    assert len(polio) == 10
    assert polio[0]["start"] == datetime.date(2021, 8, 1)
    assert polio[0]["end"] == datetime.date(2021, 11, 30)
    undated = [f for f in kenya.findings if f.rule == "campaign_undated"]
    assert undated[0].params["rows"] == [7]


def test_months_are_read_in_three_languages_and_as_numbers(mali, read):
    (reading,) = read(mali())
    assert values(reading, "bcg") == {
        ("district.segou", 202401): 100,
        ("district.segou", 202402): 0,
        ("district.bla", 202403): 50,
        ("district.bla", 202404): 51,
    }


def test_text_numbers_blanks_and_zeros_are_three_things(mali, read):
    (reading,) = read(mali())
    assert values(reading, "penta1")["district.segou", 202401] == 1796
    assert values(reading, "measles1")["district.segou", 202401] is None
    assert values(reading, "bcg")["district.segou", 202402] == 0


def test_places_are_named_by_level_and_folded_name(mali, read):
    (reading,) = read(mali())
    places = {row["place_id"]: row.get("parent_id") for row in rows(reading, "places")}
    assert places == {
        "country.mali": None,
        "region.segou": "country.mali",
        "district.segou": "region.segou",
        "district.bla": "region.segou",
        "district.san": "region.segou",
    }


def test_labels_name_the_elements(mali, read):
    (reading,) = read(mali())
    names = {row["element"]: row["name"] for row in rows(reading, "elements")}
    assert names["penta1"] == "Penta 1re dose"


def test_a_missing_sheet_is_told_and_the_rest_is_read(mali, read):
    (reading,) = read(mali(Admin_data=None))
    missing = [f.params["sheet"] for f in reading.findings if f.rule == "sheet_missing"]
    assert missing == ["Admin_data", "Vaccine_stock_data", "Contextual_campaigns"]
    assert {row["level"] for row in rows(reading, "places")} == {"district"}


def test_a_district_that_admin_does_not_have_is_put_below_the_country(mali, read):
    (reading,) = read(mali([*DATA, ["Tominian", 2024, "May", 1, 2, 3]]))
    (finding,) = [f for f in reading.findings if f.rule == "district_not_in_admin"]
    assert finding.place_id == "district.tominian"
    place = rows(reading, "places")[-1]
    assert (place["place_id"], place["parent_id"]) == (
        "district.tominian",
        "country.mali",
    )


def test_a_month_twice_is_told_and_the_later_row_stays(mali, read):
    again = ["Bla", 2024, "March", 55, "", 30]
    (reading,) = read(mali([*DATA, again]))
    assert values(reading, "bcg")["district.bla", 202403] == 55
    assert values(reading, "penta1")["district.bla", 202403] == 40
    assert "duplicate_disagree" in rules(reading)


def test_an_extra_column_is_an_element_of_its_own(mali, read):
    header = [[*SERVICE[0], "R21_1"], *SERVICE[1:]]
    sheet = [*header, ["Bla", 2024, "May", 1, 2, 3, 44]]
    (reading,) = read(mali(Service_data_1=sheet))
    assert values(reading, "r21_1") == {("district.bla", 202405): 44}


def test_a_row_of_totals_is_left_out_and_said(mali, read):
    (reading,) = read(mali([*DATA, ["Total", 2024, "May", 999, 999, 999]]))
    assert sum(v for v in values(reading, "bcg").values()) == 201
    assert "total_row_left_out" in rules(reading)


def test_excel_dates_are_months(mali, read):
    data = [["Bla", 2024, datetime.datetime(2024, 6, 1), 1, 2, 3]]
    (reading,) = read(mali(data))
    assert values(reading, "bcg") == {("district.bla", 202406): 1}


def test_a_month_that_cannot_be_read_refuses_the_file_with_its_cell(mali, refused):
    (problem,) = refused(mali([*DATA, ["Bla", 2024, "Janury", 1, 2, 3]]))
    where = problem.where
    assert problem.code == "row_without_month"
    assert (where.sheet, where.row, where.column) == ("Service_data_1", 8, "month")
    assert where.text == "Janury"


def test_a_number_with_two_readings_refuses_the_file(mali, refused):
    (problem,) = refused(mali([["Bla", 2024, "May", "1,796", 2, 3]]))
    assert (problem.code, problem.where.column) == ("number_ambiguous", "bcg")


def test_a_formula_never_calculated_is_refused(mali, refused):
    import openpyxl

    path = mali()
    book = openpyxl.load_workbook(path)
    book["Service_data_1"]["D4"] = "=50+50"
    book.save(path)
    (problem,) = refused(path)
    assert (problem.code, problem.where.text) == ("formula_without_value", "D4")


def test_a_cell_with_a_formula_error_is_blank_and_told(workbook, mali, read):
    path = mali()
    with xlsxwriter.Workbook(str(path)) as book:
        for title, cells in (("Admin_data", ADMIN), ("Population_data", POPULATION)):
            for at, row in enumerate(cells):
                book.get_worksheet_by_name(title) or book.add_worksheet(title)
                book.get_worksheet_by_name(title).write_row(at, 0, row)
        sheet = book.add_worksheet("Service_data_1")
        for at, row in enumerate(SERVICE + DATA):
            sheet.write_row(at, 0, row)
        sheet.write_formula(3, 3, "=1/0", value="#DIV/0!")
    (reading,) = read(path)
    assert values(reading, "bcg")["district.segou", 202401] is None
    (finding,) = [f for f in reading.findings if f.rule == "cell_error"]
    assert (finding.params["column"], finding.params["text"]) == ("D4", "#DIV/0!")


def test_population_in_thousands_is_told_and_not_scaled(mali, read):
    thousands = [*POPULATION[:3], ["Bla", 2024, 300, 11, 0.5]]
    (reading,) = read(mali(Population_data=thousands))
    assert "population_in_thousands" in rules(reading)
    assert rows(reading, "targets")[2]["value"] == 0.5


def test_rates_kept_as_shares_become_percent_with_a_finding(mali, read):
    shares = [*REPORTING[:3], ["Bla", 2024, "May", 40, 36, 0.9]]
    (reading,) = read(mali(Reporting_completeness=shares))
    assert rows(reading, "reports")[0]["rate"] == pytest.approx(90)
    assert "rates_were_shares" in rules(reading)


def test_stock_balances_what_was_used_and_given(mali, read):
    stock = [
        [*NAMES, "penta_start", "penta_in", "penta_out", "penta_adm", "penta_end"],
        ["", "", "", "Doses"],
        ["Bla", 2024, "May", 100, 50, 10, 60, 80],
    ]
    (reading,) = read(mali(Vaccine_stock_data=stock))
    (row,) = rows(reading, "stock")
    assert (row["product"], row["issued"], row["closing"]) == ("PENTA", 70, 80)


def test_a_workbook_without_service_rows_is_refused(mali, refused):
    assert [p.code for p in refused(mali([]))] == ["countdown_no_service_data"]


def test_a_truncated_workbook_is_refused(mali, write, refused):
    whole = mali().read_bytes()
    problems = refused(write("cut.xlsx", whole[: len(whole) // 2]))
    assert [p.code for p in problems] == ["archive_damaged"]


def test_sheet_names_may_have_spaces_and_columns_may_lack_their_underscores(mali, read):
    population = [
        ["District", "Year", "Total population", "Live births"],
        ["Bla", 2024, 300000, 12000],
    ]
    path = mali(
        Admin_data=None,
        Population_data=None,
        **{"Admin data": ADMIN, "Population data ": population},
    )
    (reading,) = read(path)
    assert [row["population"] for row in rows(reading, "targets")] == [
        "total",
        "live_births",
    ]
    assert len(rows(reading, "places")) == 5


def test_rows_the_template_fills_below_the_last_district_are_not_districts(mali, read):
    empty = [[0, 2024, "May", "", "", ""], ["", 2024, "June", "", "", ""]]
    (reading,) = read(mali(DATA + empty, Admin_data=[*ADMIN, [4, "", "", "", "Mali"]]))
    assert len(rows(reading, "places")) == 5
    (finding,) = [f for f in reading.findings if f.rule == "row_without_figures"][-1:]
    assert finding.params["count"] == 2


def test_a_first_row_without_its_year_is_refused_not_taken_for_a_label(mali, refused):
    population = [POPULATION[0], ["Bla", "", 300000, 1, 12000], POPULATION[3]]
    (problem,) = refused(mali(Population_data=population))
    assert (problem.code, problem.where.column) == ("row_without_month", "year")


def test_service_sheets_alone_are_still_countdowns_and_the_rest_is_told(workbook, read):
    (reading,) = read(workbook(Service_data_1=SERVICE + DATA))
    assert reading.format == "countdown workbook"
    missing = [f.params["sheet"] for f in reading.findings if f.rule == "sheet_missing"]
    assert len(missing) == 5
    assert values(reading, "bcg")["district.segou", 202402] == 0


def test_a_sheet_named_like_the_templates_with_other_columns_is_not_countdowns(
    workbook, read
):
    sheet = [["Structure", "Periode", "BCG"], ["Bla", "202401", 4]]
    (reading,) = read(workbook(**{"Service data": sheet}))
    assert reading.format != "countdown workbook"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\u12a0\u12f3\u121b", "\u1300\u121d\u121b"),
        ("\u0643\u0633\u0644\u0627", "\u0627\u0644\u0642\u0636\u0627\u0631\u0641"),
    ],
)
def test_districts_written_in_other_scripts_stay_apart(mali, read, one, other):
    rows = [[one, 2024, 1, 10, 20, 30], [other, 2024, 1, 11, 21, 31]]
    admin = [*ADMIN[:3], [1, "", one, "", "X", 1], [2, "", other, "", "X", 1]]
    (reading,) = read(mali(rows, Admin_data=admin))
    assert sorted(values(reading, "bcg").values()) == [10, 11]
    names = {p["name"] for p in places_of(reading, "district")}
    assert {one, other} <= names


def test_a_country_written_once_is_that_of_every_row(mali, read):
    once = [*ADMIN[:4], [2, "", "Bla", "Sikasso", "", 1], [3, "", "San", "", "", 1]]
    (reading,) = read(mali(Admin_data=once))
    parents = {row["name"]: row["parent_id"] for row in rows(reading, "places")[1:]}
    assert parents["Sikasso"] == parents["San"] == "country.mali"


def test_shares_stay_shares_where_a_month_passes_100_percent(mali, read):
    shares = [
        *REPORTING[:3],
        ["Bla", 2024, "May", 40, 36, 0.9],
        ["Bla", 2024, "June", 40, 38, 0.95],
        ["Bla", 2024, "July", 40, 42, 1.05],
    ]
    (reading,) = read(mali(Reporting_completeness=shares))
    rates = [row["rate"] for row in rows(reading, "reports")]
    assert rates == pytest.approx([90, 95, 105])


def test_two_hundred_districts_are_two_hundred(mali, read):
    names = [f"Woreda {n:03d}" for n in range(200)]
    admin = [*ADMIN[:3], *([n, "", name, "R", "X", 1] for n, name in enumerate(names))]
    data = [[name.upper(), 2017, 12, n, n, n] for n, name in enumerate(names)]
    (reading,) = read(mali(data, Admin_data=admin, Reporting_completeness=None))
    assert sum(values(reading, "bcg").values()) == sum(range(200))
    # the two of Population_data, which Admin_data does not have, are added and told
    assert len(places_of(reading, "district")) == 202


def places_of(reading, level):
    """Places of a level."""
    return [row for row in rows(reading, "places") if row["level"] == level]
