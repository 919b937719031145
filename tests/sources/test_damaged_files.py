"""A damaged file is read or refused in words: it never crashes and never hangs."""

import contextlib
import gzip
import io
import random
import struct
import zipfile

import pyarrow as pa
import pyarrow.parquet
import pytest
import xlsxwriter
import xlwt

from boloci import sources
from boloci.problems import Refused
from boloci.sources import compound

TRIES = 40
CSV = "element;place_id;period;value\n" + "".join(
    f"BCG;p{n};Janvier 20{10 + n % 15};{n}\n" for n in range(60)
)


def old_workbook():
    made = io.BytesIO()
    book = xlwt.Workbook()
    sheet = book.add_sheet("s")
    for row, cells in enumerate(
        (["Organisation unit", "Data", "Jan 2024"], ["A", "B", 5])
    ):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(made)
    return made.getvalue()


def workbook():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        header = ["district", "year", "month", "bcg"]
        for title in ("Service_data_1", "Admin_data", "Population_data"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, header)
            sheet.write_row(1, 0, ["A", 2024, "May", 3])
    return made.getvalue()


def parquet():
    made = io.BytesIO()
    table = {"element": ["A"], "place_id": ["p"], "period": [202401], "value": [1.0]}
    pyarrow.parquet.write_table(pa.table(table), made)
    return made.getvalue()


def archive():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("values.csv", CSV)
    return made.getvalue()


SOUND = {
    "values.csv": CSV.encode(),
    "values.csv.gz": gzip.compress(CSV.encode()),
    "values.zip": archive(),
    "values.parquet": parquet(),
    "book.xlsx": workbook(),
    "book.xls": old_workbook(),
}


def damaged(data, dice):
    """Cut, or some bytes changed, or both."""
    cut = dice.randrange(len(data)) if dice.random() < 0.3 else len(data)
    spoiled = bytearray(data[:cut])
    for _ in range(dice.choice((1, 2, 5, 20))):
        if spoiled:
            spoiled[dice.randrange(len(spoiled))] = dice.choice((0, 255, 34, 59, 10))
    return bytes(spoiled)


@pytest.mark.parametrize("name", SOUND)
def test_a_damaged_file_is_read_or_refused(write, staging, name):
    dice = random.Random(name)
    for attempt in range(TRIES):
        path = write(name, damaged(SOUND[name], dice))
        folder = staging / str(attempt)
        folder.mkdir()
        with contextlib.suppress(Refused):
            sources.read([path], staging=folder)


def test_an_old_workbook_whose_sectors_go_in_a_circle_is_refused(write, refused):
    data = bytearray(old_workbook())
    table = (struct.unpack_from("<I", data, 76)[0] + 1) * 512
    struct.pack_into("<2I", data, table, 1, 0)
    path = write("book.xls", bytes(data))
    assert not compound.is_sound(path)
    assert [p.code for p in refused(path, format="spreadsheet")] != []


def test_a_sound_old_workbook_passes(write):
    assert compound.is_sound(write("book.xls", old_workbook()))
