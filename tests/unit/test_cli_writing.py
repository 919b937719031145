import codecs
import csv

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from boloci import table_files
from boloci.cli import writing
from boloci.problems import Refused


def table(**columns) -> pa.RecordBatchReader:
    return pa.table(columns).to_reader()


def read_csv(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_csv_starts_with_the_mark_that_excel_needs(tmp_path):
    out = tmp_path / "a.csv"
    writing.write(table(place=["Ségou"]), "csv", str(out))
    assert out.read_bytes().startswith(codecs.BOM_UTF8)
    assert read_csv(out) == [["place"], ["Ségou"]]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path, text):
    out = tmp_path / "a.csv"
    writing.write(table(place=[text]), "csv", str(out))
    assert read_csv(out)[1] == ["'" + text]


def test_a_number_never_gets_an_apostrophe_even_if_negative(tmp_path):
    out = tmp_path / "a.csv"
    writing.write(table(value=[-12.0, -0.5, None]), "csv", str(out))
    assert out.read_text(encoding="utf-8-sig").splitlines() == [
        "value",
        "-12",
        "-0.5",
        '""',
    ]


def test_csv_keeps_every_digit(tmp_path):
    out = tmp_path / "a.csv"
    writing.write(table(value=[100 / 3]), "csv", str(out))
    assert float(read_csv(out)[1][0]) == 100 / 3


def test_xlsx_holds_numbers_as_numbers_and_formulas_as_text(tmp_path):
    out = tmp_path / "a.xlsx"
    reader = table(place=["=1+1", "Ségou"], value=[87.345, None])
    assert writing.write(reader, "xlsx", str(out)) == 2
    sheet = openpyxl.load_workbook(out).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["place", "value"],
        ["=1+1", 87.345],
        ["Ségou", None],
    ]
    assert sheet["A2"].data_type == "s"
    assert sheet.freeze_panes == "A2"


def test_parquet_keeps_the_types(tmp_path):
    out = tmp_path / "a.parquet"
    given = pa.table({"place": ["Ségou"], "value": [1.5], "received": [3]})
    writing.write(given.to_reader(), "parquet", str(out))
    assert pq.read_table(out) == given


def test_more_rows_than_a_sheet_holds_are_refused_and_leave_no_file(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(table_files, "XLSX_ROWS", 2)
    with pytest.raises(Refused) as refused:
        writing.write(table(n=[1, 2, 3]), "xlsx", str(tmp_path / "a.xlsx"))
    assert refused.value.problems[0].code == "too_many_rows_for_xlsx"
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_file_leaves_the_old_one_as_it_was(tmp_path):
    out = tmp_path / "a.csv"
    out.write_text("old")

    def batches():
        yield pa.record_batch({"n": [1]})
        raise KeyboardInterrupt

    reader = pa.RecordBatchReader.from_batches(
        pa.schema([("n", pa.int64())]), batches()
    )
    with pytest.raises(KeyboardInterrupt):
        writing.write(reader, "csv", str(out))
    assert out.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize(
    ("given", "output", "format"),
    [
        (None, None, "table"),
        (None, "a.XLSX", "xlsx"),
        (None, "a.b.parquet", "parquet"),
        ("csv", "a.txt", "csv"),
        ("json", None, "json"),
    ],
)
def test_the_format_is_the_one_given_else_the_files_ending(given, output, format):
    assert writing.chosen_format(given, output) == format


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Refused) as refused:
        writing.write(table(n=[1]), "csv", str(tmp_path / "no" / "a.csv"))
    assert refused.value.problems[0].code == "folder_missing"
