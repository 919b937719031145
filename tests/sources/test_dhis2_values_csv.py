"""DHIS2 dataValueSets CSV: what goes in, what is doubted, what is refused."""

import pytest
from dhis2_reading import (
    BCG,
    DEFAULT,
    FIXED,
    HEADER,
    NGELEHUN,
    OUTREACH,
    PENTA1,
    csv_file,
    line,
    read,
    rows,
    rules,
)

from boloci.problems import Refused
from boloci.sources.dhis2 import values_csv


def refusal(path):
    with pytest.raises(Refused) as raised:
        read(path)
    return raised.value.problems[0]


def test_a_value_keeps_dhis2_identifiers_its_period_and_its_row(tmp_path):
    found = rows(read(csv_file(tmp_path, line("12"), line("7", option=OUTREACH))))
    assert found[1] == {
        "element": BCG,
        "option": OUTREACH,
        "attribute": DEFAULT,
        "place": NGELEHUN,
        "period": 202401,
        "value": 7.0,
        "deleted": False,
        "row": 3,
    }


def test_zero_is_zero_and_blank_is_missing(tmp_path):
    found = rows(read(csv_file(tmp_path, line("0"), line("", option=OUTREACH))))
    assert [row["value"] for row in found] == [0.0, None]


def test_months_quarters_semesters_and_years_may_stand_in_one_file(tmp_path):
    periods = ["202401", "2024Q1", "2024S1", "2024"]
    found = rows(read(csv_file(tmp_path, *(line("1", period=p) for p in periods))))
    assert [row["period"] for row in found] == [202401, 202421, 202431, 202400]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ['"', ""])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_quotes_separators_and_line_ends_make_no_difference(
    tmp_path, quote, separator, end
):
    lines = [HEADER, *(line(str(n), place=f"place{n:06d}") for n in range(300))]
    text = end.join(lines).replace(",", separator).replace('"', quote) + end
    path = tmp_path / "values.csv"
    path.write_bytes(text.encode())
    found = rows(read(path))
    assert [row["value"] for row in found] == list(range(300))
    assert found[299]["place"] == "place000299"


def test_a_file_saved_again_in_french_has_decimal_commas(tmp_path):
    path = csv_file(
        tmp_path, line("12,5").replace('","', '";"'), header=HEADER.replace(",", ";")
    )
    assert rows(read(path))[0]["value"] == 12.5


def test_columns_may_come_in_any_order_and_case(tmp_path):
    header = "Value,orgUnit,dataElement,period"
    path = csv_file(tmp_path, f"5,{NGELEHUN},{BCG},202401", header=header)
    found = rows(read(path))[0]
    assert (found["value"], found["place"], found["option"]) == (5.0, NGELEHUN, None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.2E3", 1200.0),
        ("12345678", 12345678.0),
        ("123456789012", 123456789012.0),
        ("7.25", 7.25),
        ("0007", 7.0),
    ],
)
def test_every_number_dhis2_writes_is_read(tmp_path, text, number):
    plain = [line("1", place=f"place{n:06d}") for n in range(50)]
    found = rows(read(csv_file(tmp_path, *plain, line(text))))
    assert found[50]["value"] == number


def test_a_comment_with_line_breaks_and_quotes_stays_one_record(tmp_path):
    comment = f'stock ""out"", see\n{BCG}, ""202402""\nthen ok'
    lines = [line("1"), line("2", period="202402", comment=comment)]
    found = rows(read(csv_file(tmp_path, *lines, line("3", period="202403"))))
    assert [row["value"] for row in found] == [1.0, 2.0, 3.0]
    assert [row["row"] for row in found] == [2, 3, 4]


def test_names_and_comments_are_not_kept(tmp_path):
    names = set(rows(read(csv_file(tmp_path, line("1"))))[0])
    assert not names & {"storedby", "comment", "followup", "lastupdated", "updated"}


def test_the_same_rows_come_out_whatever_the_block(tmp_path, monkeypatch):
    lines = [
        line(str(n), place=f"place{n % 90:06d}", period=f"2024{n // 90 + 1:02d}")
        for n in range(900)
    ]
    lines[500] = line("4.5", place="village 12, x", comment="two\nlines")
    whole = rows(read(csv_file(tmp_path, *lines, name="whole.csv")))
    monkeypatch.setattr(values_csv, "BLOCK", 1000)
    assert rows(read(csv_file(tmp_path, *lines, name="blocks.csv"))) == whole


def test_text_values_are_left_out_and_counted_by_element(tmp_path):
    lines = [
        line("true"),
        line("4", element=PENTA1),
        line("false", period="202402"),
        line("n/a", element=PENTA1, period="202402"),
    ]
    reading = read(csv_file(tmp_path, *lines))
    assert [row["value"] for row in rows(reading)] == [4.0]
    told = {finding.element: finding.params["count"] for finding in reading.findings}
    assert told == {BCG: 2, PENTA1: 1}
    assert reading.findings[0].params["rows"] == [2, 4]
    assert reading.findings[0].params["text"] == "true"


def test_a_negative_value_goes_in_with_a_finding(tmp_path):
    reading = read(csv_file(tmp_path, line("3"), line("-4", option=OUTREACH)))
    assert rows(reading)[1]["value"] == -4.0
    found = rules(reading)["negative_value"]
    assert (found.element, found.params["rows"], found.params["text"]) == (
        BCG,
        [3],
        "-4",
    )


def test_a_fraction_goes_in_with_a_finding(tmp_path):
    reading = read(csv_file(tmp_path, line("3.5")))
    assert rows(reading)[0]["value"] == 3.5
    assert rules(reading)["fractional_value"].params["rows"] == [2]


def test_a_deleted_value_says_so_and_the_file_is_not_unique(tmp_path):
    reading = read(csv_file(tmp_path, line("3"), line("4", deleted="true")))
    assert [row["deleted"] for row in rows(reading)] == [True]
    assert not reading.unique


def test_values_told_once_are_said_to_be_unique(tmp_path):
    assert read(csv_file(tmp_path, line("3"), line("4", option=OUTREACH))).unique


def test_of_two_equal_values_the_first_is_kept(tmp_path):
    reading = read(csv_file(tmp_path, line("3"), line("5", option=OUTREACH), line("3")))
    assert [row["row"] for row in rows(reading)] == [2, 3]
    found = rules(reading)["duplicate_agree"]
    assert (found.severity, found.params["count"]) == ("info", 1)
    assert found.params["rows"] == [[2, 4]]


def test_of_two_different_values_the_one_updated_last_is_kept(tmp_path):
    lines = [line("3", updated="2024-03-01"), line("9", updated="2024-02-01")]
    reading = read(csv_file(tmp_path, *lines))
    assert [row["value"] for row in rows(reading)] == [3.0]
    assert "updated" not in rows(reading)[0]
    assert rules(reading)["duplicate_disagree_updated"].params["count"] == 1


def test_without_dates_the_later_of_two_different_values_is_kept(tmp_path):
    reading = read(csv_file(tmp_path, line("3"), line("9")))
    assert [row["value"] for row in rows(reading)] == [9.0]
    assert "duplicate_disagree" in rules(reading)


def test_a_later_blank_does_not_replace_a_figure(tmp_path):
    reading = read(csv_file(tmp_path, line("3"), line("")))
    assert [row["value"] for row in rows(reading)] == [3.0]


def test_a_header_alone_is_a_finding(tmp_path):
    reading = read(csv_file(tmp_path))
    assert rows(reading) == []
    assert "file_no_values" in rules(reading)


@pytest.mark.parametrize(
    ("period", "code"),
    [
        ("2024W05", "weekly_period"),
        ("20240131", "daily_period"),
        ("202401B", "bimonthly_period"),
        ("2024April", "financial_year_period"),
        ("2024AprilS1", "shifted_semester_period"),
        ("Jan-24", "unknown_period"),
        ("202413", "unknown_period"),
    ],
)
def test_a_period_of_another_kind_refuses_the_file(tmp_path, period, code):
    found = refusal(csv_file(tmp_path, line("1"), line("2", period=period)))
    assert found.code == code
    assert (found.where.row, found.where.text) == (3, period)
    assert found.where.file == "values.csv"


def test_a_value_without_a_place_refuses_the_file(tmp_path):
    found = refusal(csv_file(tmp_path, line("1"), line("2", place="")))
    assert (found.code, found.where.row) == ("value_key_blank", 3)
    assert found.where.column == "orgUnit"


@pytest.mark.parametrize("cut", [20, 60, 100])
def test_a_file_cut_short_is_refused(tmp_path, cut):
    path = csv_file(tmp_path, line("1"), line("2", option=OUTREACH))
    text = path.read_text()
    path.write_text(text[: text.index(OUTREACH) - 39 + cut])
    assert refusal(path).code == "file_truncated"


def test_a_row_with_a_column_too_many_is_refused(tmp_path):
    found = refusal(csv_file(tmp_path, line("1"), line("2") + ',"x"', line("3")))
    assert (found.code, found.where.row) == ("row_width", 3)
    assert found.values["found"] == 12


def test_shifted_columns_are_refused(tmp_path):
    found = refusal(csv_file(tmp_path, line("1"), line("2", deleted="admin")))
    assert (found.code, found.where.row) == ("deleted_word", 3)


def test_another_separator_is_named(tmp_path):
    path = csv_file(tmp_path, header=HEADER.replace(",", "|"))
    found = refusal(path)
    assert (found.code, found.values["separator"]) == ("wrong_separator", "|")


def test_a_missing_column_is_named(tmp_path):
    header = HEADER.replace('"orgunit",', "")
    found = refusal(csv_file(tmp_path, header=header))
    assert (found.code, found.values["columns"]) == ("dhis2_columns_missing", "orgunit")


def test_latin_letters_in_an_identifier_are_refused_with_the_row(tmp_path):
    path = csv_file(tmp_path, line("1"), line("2", place="Kénédougou"))
    path.write_bytes(path.read_text().encode("cp1252"))
    found = refusal(path)
    assert (found.code, found.where.row) == ("wrong_encoding", 3)


def test_utf_16_is_refused(tmp_path):
    path = csv_file(tmp_path, line("1"))
    path.write_bytes(path.read_text().encode("utf-16"))
    assert refusal(path).code == "wrong_encoding"


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "values.csv"
    path.write_bytes(b"")
    assert refusal(path).code == "file_empty"


def test_accents_in_comments_never_spoil_a_file(tmp_path):
    path = csv_file(
        tmp_path, line("1"), line("2", comment="très élevé", option="xxxxxxxxxxx")
    )
    path.write_bytes(path.read_text().encode("cp1252"))
    assert [row["value"] for row in rows(read(path))] == [1.0, 2.0]


def test_codes_instead_of_identifiers_are_read(tmp_path):
    lines = [
        line("1", element="EPI_BCG ADMIN", place="OU_1"),
        line("2", element="EPI_PENTA1", place="OU_20", option="<1 an, fixe"),
    ]
    found = rows(read(csv_file(tmp_path, *lines)))
    assert [row["element"] for row in found] == ["EPI_BCG ADMIN", "EPI_PENTA1"]
    assert [row["option"] for row in found] == [FIXED, "<1 an, fixe"]


def test_a_table_of_names_is_left_to_the_spreadsheet_reader():
    header = b'"Data element","Period","Organisation unit","Value"\n'
    assert values_csv.recognise(header) is None
    assert values_csv.recognise(HEADER.encode()) == values_csv.FORMAT


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_the_value_may_be_the_last_column(tmp_path, quote, end):
    cells = [("dataelement", "period", "orgunit", "categoryoptioncombo", "value")]
    cells += [
        (BCG, f"2024{month:02d}", NGELEHUN, FIXED, str(month)) for month in (1, 12)
    ]
    path = tmp_path / "values.csv"
    lines = [",".join(f"{quote}{cell}{quote}" for cell in each) for each in cells]
    path.write_text("".join(each + end for each in lines), newline="")
    found = read(path)
    assert [row["value"] for row in rows(found)] == [1, 12]
    assert rules(found) == {}
