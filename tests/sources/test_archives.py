"""Files out of archives, without trusting them."""

import gzip
import io
import stat
import zipfile

import pytest
from source_rows import rows

from boloci.sources import archives

VALUES = "element,place_id,period,value\nBCG,p1,202401,5\n"


def zipped(*members, **how):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def codes(problems):
    return [problem.code for problem in problems]


def test_a_gzip_is_read_under_its_own_name(write, read):
    path = write("values.csv.gz", gzip.compress(VALUES.encode()))
    (reading,) = read(path)
    assert reading.source.name == "values.csv"
    assert rows(reading)[0]["value"] == 5


def test_a_zip_gives_each_file_under_the_name_of_both(write, read):
    other = VALUES.replace("BCG", "MCV1")
    path = write("export.zip", zipped(("a/values.csv", VALUES), ("more.csv", other)))
    readings = read(path)
    names = [reading.source.name for reading in readings]
    assert names == ["export.zip/a/values.csv", "export.zip/more.csv"]
    assert len({reading.source.sha256 for reading in readings}) == 1


def test_what_a_mac_adds_to_a_zip_is_no_file(write, read):
    path = write(
        "e.zip", zipped(("values.csv", VALUES), ("__MACOSX/._values.csv", b"x"))
    )
    assert len(read(path)) == 1


def test_a_gzip_in_a_zip_is_read(write, read):
    path = write("e.zip", zipped(("v.csv.gz", gzip.compress(VALUES.encode()))))
    assert rows(read(path)[0])[0]["element"] == "BCG"


def test_a_third_archive_inside_is_refused(write, refused):
    inner = zipped(("b.zip", zipped(("c.zip", zipped(("v.csv", VALUES))))))
    assert codes(refused(write("a.zip", inner))) == ["archive_too_deep"]


def test_a_zip_bomb_is_refused_before_it_fills_the_disk(write, refused, staging):
    bomb = zipped(("values.csv", bytes(archives.RATIO_FROM + (8 << 20))))
    problems = refused(write("bomb.zip", bomb))
    assert codes(problems) == ["archive_too_big"]
    written = sum(f.stat().st_size for f in staging.rglob("*") if f.is_file())
    assert written <= archives.RATIO_FROM + archives.BLOCK


def test_a_gzip_bomb_is_refused(write, refused):
    bomb = gzip.compress(bytes(archives.RATIO_FROM + (8 << 20)))
    assert codes(refused(write("bomb.csv.gz", bomb))) == ["archive_too_big"]


def test_a_workbook_that_is_a_bomb_is_refused(write, refused):
    sheet = bytes(archives.RATIO_FROM + (8 << 20))
    book = zipped(("[Content_Types].xml", b"<Types/>"), ("xl/sheet1.xml", sheet))
    assert codes(refused(write("bomb.xlsx", book))) == ["archive_too_big"]


@pytest.mark.parametrize("name", ["../values.csv", "/etc/values.csv", "a/../../v.csv"])
def test_a_name_that_leads_outside_is_refused(write, refused, name):
    assert codes(refused(write("e.zip", zipped((name, VALUES))))) == [
        "archive_leads_out"
    ]


def test_a_link_in_a_zip_is_refused(write, refused):
    link = zipfile.ZipInfo("values.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert codes(refused(write("e.zip", zipped((link, "/etc/passwd"))))) == [
        "archive_link"
    ]


def test_an_encrypted_zip_is_refused(write, refused):
    data = bytearray(zipped(("values.csv", VALUES)))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert codes(refused(write("e.zip", bytes(data)))) == ["file_encrypted"]


def test_a_truncated_archive_is_refused(write, refused):
    whole = gzip.compress(VALUES.encode() * 100)
    assert codes(refused(write("v.csv.gz", whole[:-20]))) == ["archive_damaged"]
    cut = zipped(("values.csv", VALUES))[:-30]
    assert codes(refused(write("e.zip", cut))) == ["archive_damaged"]


def test_other_archives_are_named_in_the_refusal(write, refused):
    (problem,) = refused(write("v.7z", b"7z\xbc\xaf\x27\x1c" + bytes(20)))
    assert (problem.code, problem.values["kind"]) == ("archive_kind", "7z")


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path, refused):
    assert codes(refused(tmp_path / "no.csv")) == ["file_missing"]
    assert codes(refused(tmp_path)) == ["not_a_file"]


def test_all_files_of_a_call_are_read_or_none(write, refused):
    good = write("values.csv", VALUES)
    empty = write("empty.csv", "")
    (problem,) = refused(good, empty)
    assert (problem.code, problem.where.file) == ("file_empty", "empty.csv")
