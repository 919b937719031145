"""Pivot tables and Data Visualizer downloads, as districts save them."""

import datetime

import pytest
import xlsxwriter
import xlwt
from source_rows import rows, rules

from boloci import sources
from boloci.problems import Refused


def told(reading):
    """(element, place, period, value) of each row."""
    return [
        (row["element"], row["place"], row["period"], row.get("value"))
        for row in rows(reading)
    ]


PIVOT = (
    "Penta1 doses administrées\n"
    "\n"
    ";Janvier 2024;Février 2024;Total\n"
    "Ségou;12;1 796;1 808\n"
    "Bla;;5;5\n"
    "Total;12;1 801;1 813\n"
)


def test_months_across_and_the_element_in_the_title(write, read):
    (reading,) = read(write("p.csv", PIVOT))
    assert told(reading) == [
        ("Penta1 doses administrées", "Ségou", 202401, 12),
        ("Penta1 doses administrées", "Ségou", 202402, 1796),
        ("Penta1 doses administrées", "Bla", 202402, 5),
    ]
    assert reading.aggregate
    assert rows(reading)[2]["cell"] == "C5"


def test_totals_are_left_out_and_said(write, read):
    (reading,) = read(write("p.csv", PIVOT))
    assert rules(reading) == ["total_column_left_out", "total_row_left_out"]


def test_element_and_month_in_one_header_as_dhis2_writes_its_csv(write, read):
    text = (
        "organisationunitid,organisationunitname,organisationunitcode,"
        "organisationunitdescription,BCG doses given January 2024,"
        "Penta1 doses given January 2024\n"
        "O6uvpzGd5pu,Bo,OU_264,,10,30\n"
    )
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [
        ("BCG doses given", "O6uvpzGd5pu", 202401, 10),
        ("Penta1 doses given", "O6uvpzGd5pu", 202401, 30),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "Data,Period,Organisation unit,Value",
        "Données,Période,Unité d'organisation,Valeur",
        "Dados,Período,Unidade organizacional,Valor",
        "élément,période,lieu,valeur",
    ],
)
def test_plain_data_is_one_figure_a_row(write, read, header):
    text = f"{header}\nBCG,202401,Bo,5\nBCG,202402,Bo,6\n"
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [("BCG", "Bo", 202401, 5), ("BCG", "Bo", 202402, 6)]


def test_hierarchy_columns_make_a_path_and_blanks_repeat_what_is_above(write, read):
    text = (
        "Région;District;Aire de santé;Mois;BCG\n"
        "Sikasso;Bougouni;Kologo;janv.-24;5\n"
        ";;Zantiébougou;janv.-24;7\n"
        ";Sikasso;Pelengana;févr.-24;9\n"
    )
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [
        ("BCG", "Sikasso / Bougouni / Kologo", 202401, 5),
        ("BCG", "Sikasso / Bougouni / Zantiébougou", 202401, 7),
        ("BCG", "Sikasso / Sikasso / Pelengana", 202402, 9),
    ]


def test_level_columns_hold_the_unit_itself(write, read):
    text = (
        "Penta 1\n\n"
        "orgunitlevel1,orgunitlevel2,organisationunitname,T1 2023\n"
        "Mali,,Mali,15\nMali,Sikasso,Sikasso,6\n"
    )
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [
        ("Penta 1", "Mali", 202321, 15),
        ("Penta 1", "Mali / Sikasso", 202321, 6),
    ]


def merged_workbook(path):
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Tableau")
        sheet.merge_range(0, 0, 0, 4, "PEV Ségou")
        sheet.write(2, 0, "Unité d'organisation")
        sheet.merge_range(2, 1, 2, 2, "BCG")
        sheet.merge_range(2, 3, 2, 4, "Penta 1")
        sheet.write_row(3, 1, ["Janvier 2024", "Février 2024"] * 2)
        sheet.write_row(4, 0, ["Ségou", 1, 2, 3, 4])
        sheet.write_row(5, 0, ["Bla", "", 2, "abc", -4])


def test_merged_headers_of_two_rows_are_filled(tmp_path, read):
    path = tmp_path / "p.xlsx"
    merged_workbook(path)
    (reading,) = read(path)
    assert told(reading)[:4] == [
        ("BCG", "Ségou", 202401, 1),
        ("BCG", "Ségou", 202402, 2),
        ("Penta 1", "Ségou", 202401, 3),
        ("Penta 1", "Ségou", 202402, 4),
    ]
    assert rows(reading)[0]["cell"] == "Tableau!B5"
    assert rules(reading) == ["text_in_number_cell", "negative_value"]


def test_an_old_xls_is_read_with_its_merged_cells(tmp_path, read):
    path = tmp_path / "p.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("Feuille 1")
    for column, text in enumerate(
        ["Organisation unit", "Data", "Jan 2024", "Feb 2024"]
    ):
        sheet.write(0, column, text)
    sheet.write_merge(1, 2, 0, 0, "Ségou")
    for row, cells in ((1, ["BCG", 5, 6]), (2, ["Penta1", 7, 8])):
        for column, cell in enumerate(cells, 1):
            sheet.write(row, column, cell)
    book.save(str(path))
    (reading,) = read(path)
    assert told(reading) == [
        ("BCG", "Ségou", 202401, 5),
        ("BCG", "Ségou", 202402, 6),
        ("Penta1", "Ségou", 202401, 7),
        ("Penta1", "Ségou", 202402, 8),
    ]


def test_dates_in_a_header_are_months(tmp_path, read):
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "mmm-yy"})
        sheet.write_row(0, 0, ["District", "Données"])
        for at in range(3):
            sheet.write_datetime(0, 2 + at, datetime.datetime(2024, 1 + at, 1), day)
        sheet.write_row(1, 0, ["Bla", "BCG", 1, 2, 3])
    (reading,) = read(path)
    assert [row["period"] for row in rows(reading)] == [202401, 202402, 202403]


def test_years_across_are_periods_not_figures(write, read):
    text = "Organisation unit,Data,2019,2020,2021\nBla,BCG,5,6,7\n"
    (reading,) = read(write("p.csv", text))
    assert [row["period"] for row in rows(reading)] == [201900, 202000, 202100]


def test_three_header_rows_are_one_name(write, read):
    text = (
        "Rapport PEV;;;;\n"
        ";;;Vaccination;Vaccination\n"
        "District;Année;Mois;BCG;Penta 1\n"
        ";;;<1 an;<1 an\n"
        "Bla;2024;Janvier;5;6\n"
        "Bla;2024;fevrier;;7\n"
    )
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [
        ("Vaccination BCG <1 an", "Bla", 202401, 5),
        ("Vaccination Penta 1 <1 an", "Bla", 202401, 6),
        ("Vaccination Penta 1 <1 an", "Bla", 202402, 7),
    ]


def test_weeks_across_are_refused_as_weeks(write, refused):
    text = "Organisation unit,Data,Week 1 2024,Week 2 2024\nBo,BCG,1,2\n"
    assert [p.code for p in refused(write("p.csv", text))] == ["weekly_period"]


def test_a_refused_week_tells_sheet_row_column_and_text(tmp_path, refused):
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Semaines")
        sheet.write_row("A2", ["Lieu", "BCG 2024W05", "BCG 2024W06"])
        sheet.write_row("A3", ["Bla", 1, 2])
    (problem,) = refused(path)
    assert problem.code == "weekly_period"
    where = problem.where
    assert (where.file, where.sheet) == ("p.xlsx", "Semaines")
    assert (where.row, where.column, where.text) == (2, "B", "BCG 2024W05")


def test_a_refused_week_down_the_rows_tells_its_row_and_column(write, refused):
    text = "Lieu,Periode,BCG,Penta1\nBla,2024W05,3,4\nBo,2024W05,3,4\n"
    problem = refused(write("p.csv", text))[0]
    assert problem.code == "weekly_period"
    where = problem.where
    assert (where.row, where.column, where.text) == (2, "B", "2024W05")


def test_a_table_that_does_not_name_its_data_is_refused_not_guessed(write, refused):
    text = ",Jan 2024,Feb 2024\nBo,1,2\n"
    (problem,) = refused(write("p.csv", text))
    assert (problem.code, problem.values["lacks"]) == ("spreadsheet_unclear", "element")


def test_a_number_with_two_readings_is_refused(write, refused):
    text = "Organisation unit;Data;Jan 2024;Feb 2024\nBo;BCG;1,796;2\n"
    (problem,) = refused(write("p.csv", text))
    assert (problem.code, problem.where.row) == ("number_ambiguous", 2)


def test_a_row_twice_is_told(write, read):
    text = "Organisation unit,Data,Jan 2024\nBo,BCG,1\nBo,BCG,2\n"
    (reading,) = read(write("p.csv", text))
    assert told(reading) == [("BCG", "Bo", 202401, 2)]
    assert rules(reading) == ["duplicate_disagree"]


def test_a_web_page_saved_as_xls_says_what_to_do(write, refused):
    page = "<html><table><tr><td>Bo</td><td>5</td></tr></table></html>"
    assert [p.code for p in refused(write("p.xls", page))] == ["html_table"]


def test_sheets_without_a_table_are_told(tmp_path, read):
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("notes").write(0, 0, "hello")
        sheet = book.add_worksheet("data")
        sheet.write_row(0, 0, ["District", "Données", "Janvier 2024"])
        sheet.write_row(1, 0, ["Bla", "BCG", 1])
    (reading,) = read(path)
    assert reading.findings[0].params["sheets"] == "notes"


def test_the_one_unit_of_a_chart_may_stand_in_its_title(write, read):
    text = "District de Bla\n\n;BCG;Penta 1\nJanvier 2024;5;6\nFévrier 2024;7;8\n"
    (reading,) = read(write("p.csv", text))
    assert told(reading)[0] == ("BCG", "District de Bla", 202401, 5)
    assert len(told(reading)) == 4


def test_an_excel_download_with_title_rows_and_identifiers(tmp_path, read):
    path = tmp_path / "p.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Sheet0")
        sheet.write(0, 0, "BCG doses given, Penta1 doses given - Last 3 months")
        sheet.write(1, 0, "Sierra Leone")
        unit = "Organisation unit"
        sheet.write_row(3, 0, [f"{unit} ID", unit, f"{unit} code", "BCG January 2024"])
        sheet.write_row(4, 0, ["O6uvpzGd5pu", "Bo", "OU_264", 10])
    (reading,) = read(path)
    assert told(reading) == [("BCG", "O6uvpzGd5pu", 202401, 10)]


def test_percentages_of_wuenic_are_not_taken_for_doses(tmp_path):
    path = tmp_path / "facts.csv"
    path.write_text("fact,vaccine,year,value\ngov,bcg,1997,76.0\n")
    (tmp_path / "staging").mkdir()
    with pytest.raises(Refused) as raised:
        sources.read([path], staging=tmp_path / "staging")
    assert raised.value.problems[0].code == "wuenic_file_name"
