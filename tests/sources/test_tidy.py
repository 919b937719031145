"""Tidy tables: what is read, what is put right with a word, what is refused."""

import datetime

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter
from source_rows import rows, rules

from boloci.sources import tidy_shapes
from boloci.tables import SNAPSHOT, TIDY

HEADER = "element,place_id,period,value\n"


def by_code(problems):
    return [(p.code, p.where.row, p.where.column, p.where.text) for p in problems]


def test_values_come_with_period_codes_and_the_row_they_stand_in(write, read):
    (reading,) = read(write("v.csv", HEADER + "BCG,p1,202401,5\nBCG,p1,2024Q2,0\n"))
    assert reading.format == "tidy values"
    assert rows(reading) == [
        {"element": "BCG", "place": "p1", "period": 202401, "value": 5.0, "row": 2},
        {"element": "BCG", "place": "p1", "period": 202422, "value": 0.0, "row": 3},
    ]


def test_a_blank_value_stays_a_row_without_a_value(write, read):
    (reading,) = read(write("v.csv", HEADER + "BCG,p1,202401,\nBCG,p1,202402,0\n"))
    assert [row.get("value") for row in rows(reading)] == [None, 0.0]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_may_come_in_any_order_case_and_separator(write, read, separator):
    text = "VALUE,Period,Place_ID,Element,Sex\n5,202401,p1,BCG,Female\n"
    (reading,) = read(write("v.csv", text.replace(",", separator)))
    assert rows(reading)[0]["sex"] == "female"


@pytest.mark.parametrize("name", TIDY)
def test_each_table_is_known_by_its_own_columns(name):
    assert tidy_shapes.table_of(TIDY[name].names) is TIDY[name]
    assert tidy_shapes.table_of(TIDY[name].required) is TIDY[name]


def test_every_kind_of_column_is_typed(write, read):
    text = (
        "place_id;name;level;parent_id;latitude;valid_from;sensitive\n"
        "a;Ségou;district;;12,345;2020-01-01;oui\n"
    )
    (reading,) = read(write("places.csv", text))
    (row,) = rows(reading, "places")
    assert row["latitude"] == 12.345
    assert row["valid_from"] == datetime.date(2020, 1, 1)
    assert row["sensitive"] is True
    assert reading.tables["places"].schema == SNAPSHOT["places"]


def test_decimal_commas_and_thousands_with_spaces_are_numbers(write, read):
    text = HEADER.replace(",", ";") + "A;p;202401;12,5\nA;p;202402;1\u202f796\n"
    (reading,) = read(write("v.csv", text))
    assert [row["value"] for row in rows(reading)] == [12.5, 1796]


def test_a_number_with_two_readings_is_refused_unless_the_file_shows_which(
    write, read, refused
):
    text = HEADER.replace(",", ";") + "A;p;202401;1,796\n"
    (problem,) = refused(write("v.csv", text))
    assert by_code([problem]) == [("number_ambiguous", 2, "value", "1,796")]
    (reading,) = read(write("w.csv", text + "A;p;202402;2,5\n"))
    assert rows(reading)[0]["value"] == 1.796


def test_all_bad_cells_are_told_with_row_column_and_text(write, refused):
    text = (
        "element,place_id,period,sex,value\n"
        "BCG,p1,202401,boy,x1\n"
        "BCG,p1,2024W5,,3\n"
        "\n"
        "BCG,p1,,,4\n"
        ",p1,202402,,5\n"
        "BCG,p1,202402,,5,6\n"
    )
    assert by_code(refused(write("v.csv", text))) == [
        ("word_unknown", 2, "sex", "boy"),
        ("not_a_number", 2, "value", "x1"),
        ("weekly_period", 3, "period", "2024W5"),
        ("cell_blank", 5, "period", ""),
        ("cell_blank", 6, "element", ""),
        ("row_width", 7, "", "BCG,p1,202402,,5,6"),
    ]


def test_no_more_than_twenty_problems_are_told(write, refused):
    bad = "".join(f"BCG,p{n},202401,x{n}\n" for n in range(100))
    assert len(refused(write("v.csv", HEADER + bad))) == 20


def test_rows_that_agree_are_one_and_an_info(write, read):
    (reading,) = read(write("v.csv", HEADER + "A,p,202401,5\nA,p,202401,5\n"))
    assert len(rows(reading)) == 1
    assert rules(reading) == ["duplicate_agree"]
    assert reading.findings[0].params["rows"] == [[2, 3]]


def test_of_rows_that_disagree_the_later_filled_one_stays(write, read):
    text = HEADER + "A,p,202401,5\nA,p,202401,7\nA,p,202401,\nB,p,202401,1\n"
    (reading,) = read(write("v.csv", text))
    assert [(r["element"], r["value"], r["row"]) for r in rows(reading)] == [
        ("A", 7.0, 3),
        ("B", 1.0, 5),
    ]
    assert rules(reading) == ["duplicate_disagree"]


def test_a_blank_sex_and_a_given_one_are_two_keys(write, read):
    text = "element,place_id,period,sex,value\nA,p,202401,,5\nA,p,202401,male,5\n"
    (reading,) = read(write("v.csv", text))
    assert rules(reading) == []


def test_the_same_target_of_two_sources_is_kept_twice(write, read):
    text = (
        "population,place_id,year,value,source\n"
        "live_births,p,2024,100,\nlive_births,p,2024,120,un\n"
    )
    (reading,) = read(write("targets.csv", text))
    assert [row["value"] for row in rows(reading, "targets")] == [100, 120]


def test_a_negative_dose_goes_in_with_one_finding(write, read):
    (reading,) = read(write("v.csv", HEADER + "A,p,202401,-3\nA,p,202402,-4\n"))
    assert [row["value"] for row in rows(reading)] == [-3, -4]
    assert [(f.rule, f.params["count"]) for f in reading.findings] == [
        ("negative_value", 2)
    ]


def test_a_negative_longitude_is_no_finding(write, read):
    text = "place_id,name,level,parent_id,longitude\na,A,district,,-8.003\n"
    (reading,) = read(write("places.csv", text))
    assert rules(reading) == []
    assert rows(reading, "places")[0]["longitude"] == -8.003


def test_spaces_are_trimmed_with_one_finding_a_column(write, read):
    text = HEADER + "".join(f"BCG ,p{n},202401,1\n" for n in range(30))
    (reading,) = read(write("v.csv", text))
    (finding,) = reading.findings
    assert (finding.rule, finding.params["count"]) == ("spaces_trimmed", 30)
    assert {row["element"] for row in rows(reading)} == {"BCG"}


def test_the_apostrophe_that_export_adds_is_taken_off(write, read):
    (reading,) = read(write("v.csv", HEADER + "'=A,'p,202401,1\n"))
    (row,) = rows(reading)
    assert (row["element"], row["place"]) == ("=A", "'p")


def test_months_as_words_and_as_excel_days_are_periods(write, read):
    text = (
        HEADER + "A,p,Janvier 2024,1\nA,p,Feb 2024,1\nA,p,março 2024,1\nA,p,45383,1\n"
    )
    (reading,) = read(write("v.csv", text))
    assert [row["period"] for row in rows(reading)] == [202401, 202402, 202403, 202404]
    assert rules(reading) == ["dates_as_numbers"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_accents_survive_every_encoding_that_can_be_told(write, read, encoding):
    text = HEADER + "A,Ségou,202401,1\nA,N’Débougou,202401,2\n"
    (reading,) = read(write("v.csv", text.encode(encoding)))
    assert [row["place"] for row in rows(reading)] == ["Ségou", "N’Débougou"]
    told = [] if encoding.startswith("utf-8") else ["encoding_read"]
    assert rules(reading) == told


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850"])
def test_an_encoding_that_cannot_be_told_is_refused_with_its_line(
    write, refused, encoding
):
    text = HEADER + "A,Bla,202401,1\nA,Ségou,202401,1\n"
    (problem,) = refused(write("v.csv", text.encode(encoding)))
    assert (problem.code, problem.where.row) == ("wrong_encoding", 3)


def test_a_wrong_separator_is_named(write, refused):
    text = (HEADER + "A,p,202401,1\n").replace(",", "|")
    (problem,) = refused(write("v.csv", text))
    assert (problem.code, problem.values["separator"]) == ("wrong_separator", "|")


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(write, refused, text):
    assert [p.code for p in refused(write("v.csv", text))] == ["file_empty"]


def test_a_header_without_rows_is_refused(write, refused):
    assert [p.code for p in refused(write("v.csv", HEADER))] == ["no_rows"]


def test_a_header_that_lacks_a_column_says_which(write, refused):
    (problem,) = refused(
        write("v.csv", "element,place_id,period,valeur\nA,p,202401,1\n")
    )
    assert (problem.code, problem.values["columns"]) == ("columns_missing", "value")


def test_a_column_of_no_table_is_told(write, read):
    text = "element,place_id,period,value,comment\nA,p,202401,1,hello\n"
    (reading,) = read(write("v.csv", text))
    assert reading.findings[0].params["columns"] == "comment"


def test_a_file_cut_in_a_row_is_refused(write, refused):
    whole = HEADER + "A,place one,202401,1\nA,place two,202401,2\n"
    assert [p.code for p in refused(write("v.csv", whole[:-12]))] == ["row_width"]


def test_a_quote_never_closed_is_refused(write, refused):
    text = HEADER + 'A,"p,202401,1\n' + "A,q,202401,1\n" * 50
    codes = [p.code for p in refused(write("v.csv", text))]
    assert codes
    assert set(codes) <= {"row_width", "file_damaged"}


def test_an_estimate_above_one_is_refused_not_divided(write, refused):
    text = ",".join(TIDY["surveys"].required) + "\nDHS,dtp1_coverage,p,,,,,,,,82\n"
    assert [p.code for p in refused(write("s.csv", text))] == ["estimate_over_1"]


def test_a_date_with_two_readings_is_refused(write, refused):
    text = "place_id,name,level,parent_id,valid_from\na,A,district,,03/04/2020\n"
    assert [p.code for p in refused(write("places.csv", text))] == ["date_ambiguous"]


def test_a_parquet_file_is_read_like_its_csv(tmp_path, read):
    path = tmp_path / "values.parquet"
    table = pa.table(
        {
            "element": ["A", "B"],
            "place_id": ["p", "p"],
            "period": [202401, 202402],
            "value": [1.5, None],
        }
    )
    pyarrow.parquet.write_table(table, path)
    (reading,) = read(path)
    assert [row.get("value") for row in rows(reading)] == [1.5, None]
    assert [row["period"] for row in rows(reading)] == [202401, 202402]


def test_a_sheet_of_the_same_columns_is_read_with_its_cells(tmp_path, read):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("notes").write(0, 0, "hello")
        sheet = book.add_worksheet("values")
        day = book.add_format({"num_format": "mmm-yy"})
        sheet.write_row(0, 0, ["element", "place_id", "period", "value"])
        sheet.write_row(1, 0, ["A", "p", 202401, 12])
        sheet.write_row(2, 0, ["A", "p"])
        sheet.write_datetime(2, 2, datetime.datetime(2024, 2, 1), day)
        sheet.write(2, 3, "1\u00a0796")
    (reading,) = read(path)
    assert [(r["period"], r["value"], r["cell"]) for r in rows(reading)] == [
        (202401, 12.0, "values!A2"),
        (202402, 1796.0, "values!A3"),
    ]


def test_a_title_above_the_header_is_passed_over_and_rows_keep_their_numbers(
    tmp_path, write, read
):
    header, row = ["element", "place_id", "period", "value"], ["A", "p", 202401, 12]
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("values")
        sheet.merge_range(0, 0, 0, 3, "Doses of the year")
        sheet.write_row(2, 0, header)
        sheet.write_row(3, 0, row)
    (reading,) = read(path)
    assert [(r["row"], r["cell"]) for r in rows(reading)] == [(4, "values!A4")]
    text = "Doses of the year;;;\n\n" + ";".join(header) + "\nA;p;202401;12\n"
    (reading,) = read(write("v.csv", text))
    assert [(r["row"], r["value"]) for r in rows(reading)] == [(4, 12.0)]


def test_a_second_sheet_of_a_table_is_told_since_one_is_read(tmp_path, read):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("north", "notes", "south"):
            sheet = book.add_worksheet(name)
            if name != "notes":
                sheet.write_row(0, 0, ["element", "place_id", "period", "value"])
                sheet.write_row(1, 0, ["A", name, 202401, 12])
    (reading,) = read(path)
    assert [r["place"] for r in rows(reading)] == ["north"]
    (finding,) = reading.findings
    assert finding.rule == "tidy_sheets_not_read"
    assert finding.params["sheets"] == "south"


def test_a_forced_format_that_does_not_fit_is_refused(write, refused):
    (problem,) = refused(write("v.csv", HEADER + "A,p,202401,1\n"), format="countdown")
    assert problem.code == "not_this_format"


def test_a_file_of_no_known_format_is_refused_with_its_first_line(write, refused):
    (problem,) = refused(write("x.csv", "name,amount\nfoo,bar\n"))
    assert (problem.code, problem.where.text) == ("unknown_format", "name,amount")


def test_rows_keep_their_numbers_across_blocks(write, read, monkeypatch):
    monkeypatch.setattr(tidy_shapes, "CSV_BLOCK", 1 << 12)
    body = "".join(f"A,p{n},202401,{n}\n" + "\n" * (n % 2) for n in range(2000))
    (reading,) = read(write("v.csv", HEADER + body))
    found = rows(reading)
    lines = (HEADER + body).split("\n")
    assert len(found) == 2000
    assert all(lines[r["row"] - 1].split(",")[1] == r["place"] for r in found)


def test_a_goal_below_zero_is_no_doubt(write, read):
    (reading,) = read(
        write(
            "goals.csv",
            "indicator,place_id,baseline_year,year,value\n"
            "zero_dose_progress,ML,2019,2025,-25\n",
        )
    )
    assert [finding.rule for finding in reading.findings] == []


def test_a_key_that_stood_twice_stands_once_so_that_a_build_need_not_settle_it(
    write, read
):
    text = HEADER + "BCG,p1,202401,3\nBCG,p1,202401,4\n"
    (reading,) = read(write("v.csv", text))
    assert reading.unique
    assert [row["value"] for row in rows(reading)] == [4.0]
