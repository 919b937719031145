"""What an import understood is told in the reader's language, kind by kind."""

import pytest

from boloci.cli.language import speak
from boloci.cli.tongue import TONGUE
from boloci.tables import SNAPSHOT, TIDY
from boloci.telling import imported


@pytest.fixture(autouse=True)
def french():
    speak("fr")


@pytest.mark.parametrize("table", SNAPSHOT)
def test_rows_of_every_table_are_counted_in_words(table):
    one, many = imported.rows(TONGUE, {table: 1}), imported.rows(TONGUE, {table: 2000})
    assert one != f"1 {table}"
    assert many.startswith("2\u202f000 ")
    assert many.removeprefix("2\u202f000 ") != one.removeprefix("1 ")
    assert "{" not in one + many


def test_tables_are_told_one_after_the_other():
    assert imported.rows(TONGUE, {"units": 1461, "groups": 1}) == (
        "1\u202f461 unités, 1 lieu d'un groupe"
    )


@pytest.mark.parametrize(
    ("format", "told"),
    [
        ("tidy targets csv", "table ordonnée\u00a0: cibles"),
        ("tidy lqas", "table ordonnée\u00a0: lots"),
        ("dhis2 dataValueSets csv", "DHIS2 dataValueSets (CSV)"),
        ("countdown workbook", "classeur Countdown"),
        ("dhis2 organisationUnitLevels json", "DHIS2 organisationUnitLevels (JSON)"),
        ("spreadsheet", "tableur"),
    ],
)
def test_a_format_is_called_as_people_call_it(format, told):
    assert imported.kind(TONGUE, format) == told


def test_every_tidy_table_has_a_name_of_its_own():
    assert len({imported.kind(TONGUE, f"tidy {table}") for table in TIDY}) == len(TIDY)
