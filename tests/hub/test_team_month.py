"""A team's month: typed, kept, doubted, sent, in the figures."""

import csv
import datetime
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import python_calamine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from boloci.hub import current, reading, rights
from boloci.hub.imports.actions import undo
from boloci.hub.improvement import actions, entered
from boloci.hub.improvement.models import (
    Baseline,
    Measure,
    Project,
    Site,
    TeamFile,
    TeamMonth,
)
from boloci.published import PlaceRow
from tests.hub.conftest import Hub

INDICATOR = "complete_immunisation"
MONTH = "202403"
COUNTED = {
    "female.numerator": "18",
    "female.denominator": "40",
    "male.numerator": "25",
    "male.denominator": "42",
}


def site_of(hub: Hub) -> PlaceRow:
    return hub.places("area")[0]


@pytest.fixture
def project(own_hub: Hub) -> Project:
    """A project with one site since January 2024, which counts complete children."""
    site = site_of(own_hub)
    since = datetime.date(2024, 1, 15)
    made = Project(place_id=site.parent_id, name="P", problem="?", starts=since)
    actions.add(by="a test", record=made)
    joined = Site(project=made, place_id=site.place_id, joined=since)
    actions.add(by="a test", record=joined)
    actions.add(by="a test", record=Measure(project=made, indicator=INDICATOR))
    return made


def team(hub: Hub) -> Client:
    return hub.browser("vaccinator", site_of(hub).place_id)


def address(hub: Hub, project: Project, month: str = MONTH) -> str:
    asked = f"place={site_of(hub).place_id}&period={month}"
    return f"/improvement/{project.pk}/month?{asked}"


def typed(
    hub: Hub,
    project: Project,
    boxes: dict[str, str],
    *,
    do: str = "send",
    month: str = MONTH,
    version: int = 0,
    **more: str,
) -> Any:
    fields = {f"n.{INDICATOR}.{key}": text for key, text in boxes.items()}
    fields |= {"do": do, "version": str(version), **more}
    return team(hub).post(address(hub, project, month), fields)


def facts(hub: Hub, **asked: Any) -> list[dict[str, Any]]:
    asked = {"place": site_of(hub).place_id, "method": "team", **asked}
    found: list[dict[str, Any]] = reading.facts(rights.EVERYTHING, **asked).to_pylist()
    return found


@pytest.mark.usefixtures("at_once")
def test_what_a_team_counts_becomes_facts_of_girls_boys_and_all(
    own_hub: Hub, project: Project
) -> None:
    assert typed(own_hub, project, COUNTED).status_code == 302
    assert TeamMonth.objects.get().state == "sent"
    found = {
        row["sex"] or "": (row["numerator"], row["denominator"], row["value"])
        for row in facts(own_hub, indicator=INDICATOR, period=MONTH)
    }
    assert found == {
        "female": (18, 40, 45.0),
        "male": (25, 42, pytest.approx(59.52, abs=0.01)),
        "": (43, 82, pytest.approx(52.44, abs=0.01)),
    }
    gap = facts(own_hub, indicator="complete_immunisation_sex_gap", period=MONTH)
    assert [row["value"] for row in gap] == [pytest.approx(14.52, abs=0.01)]


def test_a_draft_is_kept_as_typed_and_does_not_count(
    own_hub: Hub, project: Project
) -> None:
    answer = typed(own_hub, project, {"female.numerator": "1x"}, do="draft")
    draft = TeamMonth.objects.get()
    told = {"version": 1, "base": f"0-{draft.pk}"}
    assert json.loads(answer.content) == told
    page = team(own_hub).get(address(own_hub, project)).content.decode()
    assert 'value="1x"' in page
    assert TeamMonth.objects.get().state == "draft"


def test_a_numerator_above_its_denominator_is_told_beside_its_boxes(
    own_hub: Hub, project: Project
) -> None:
    wrong = {**COUNTED, "female.numerator": "41"}
    answer = typed(own_hub, project, wrong)
    assert answer.status_code == 400
    assert "41 sur 40" in answer.content.decode()
    assert TeamMonth.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("boxes", "told"),
    [
        ({"female.numerator": "3"}, "deux nombres"),
        ({"female.numerator": "3,5", "female.denominator": "4"}, "nombre entier"),
        ({"female.numerator": "0", "female.denominator": "0"}, "Personne"),
        ({**COUNTED, "total.numerator": "5", "total.denominator": "9"}, "pas les deux"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_sent(
    own_hub: Hub, project: Project, boxes: dict[str, str], told: str
) -> None:
    answer = typed(own_hub, project, boxes)
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert TeamMonth.objects.get().state == "draft"


@pytest.mark.usefixtures("at_once")
def test_without_sexes_all_children_are_counted_and_no_gap_is_told(
    own_hub: Hub, project: Project
) -> None:
    boxes = {"total.numerator": "30", "total.denominator": "60"}
    assert typed(own_hub, project, boxes).status_code == 302
    found = facts(own_hub, indicator=INDICATOR, period=MONTH)
    assert [(row["sex"], row["value"]) for row in found] == [("", 50.0)]
    assert not facts(own_hub, indicator="complete_immunisation_sex_gap", period=MONTH)


@pytest.mark.usefixtures("at_once")
def test_a_month_entered_twice_is_a_revision_and_empties_nothing(
    own_hub: Hub, project: Project
) -> None:
    typed(own_hub, project, COUNTED)
    page = team(own_hub).get(address(own_hub, project)).content.decode()
    assert 'value="18"' in page
    only_boys = {key: text for key, text in COUNTED.items() if key.startswith("male")}
    assert typed(own_hub, project, only_boys).status_code == 400
    more = {**COUNTED, "female.numerator": "20"}
    assert typed(own_hub, project, more, version=1).status_code == 302
    girls = facts(own_hub, indicator=INDICATOR, period=MONTH, sex="female")
    assert [row["numerator"] for row in girls] == [20]


def test_a_month_before_the_site_joined_or_to_come_is_refused(
    own_hub: Hub, project: Project
) -> None:
    for month, status in (
        ("202312", 409),
        ("209901", 409),
        ("2024Q1", 404),
        ("x", 404),
    ):
        assert typed(own_hub, project, COUNTED, month=month).status_code == status
    assert not TeamMonth.objects.exists()


def test_who_types_second_is_told_and_loses_nothing(
    own_hub: Hub, project: Project
) -> None:
    typed(own_hub, project, COUNTED, do="keep")
    answer = typed(own_hub, project, {"female.numerator": "7"}, do="keep")
    assert answer.status_code == 409
    assert 'value="7"' in answer.content.decode()
    assert TeamMonth.objects.get().cells[f"{INDICATOR}.female.numerator"] == "18"


def test_a_form_of_an_empty_month_does_not_replace_what_was_sent_meanwhile(
    own_hub: Hub, project: Project
) -> None:
    page = team(own_hub).get(address(own_hub, project)).content.decode()
    base = re.findall(r'name="base" value="([^"]*)"', page)[0]
    sent = TeamMonth.objects.create(
        project=project,
        place_id=site_of(own_hub).place_id,
        period=MONTH,
        state="sent",
        by="somebody",
    )
    answer = typed(own_hub, project, COUNTED, base=base)
    assert answer.status_code == 409
    assert 'value="18"' in answer.content.decode()
    assert list(TeamMonth.objects.all()) == [sent]


def test_a_form_s_own_draft_that_it_did_not_hear_of_is_no_conflict(
    own_hub: Hub, project: Project
) -> None:
    first = {"female.numerator": "1"}
    mine = {"base": "0-0", "token": "mine"}
    assert typed(own_hub, project, first, do="draft", **mine).status_code == 200
    more = {"female.numerator": "12"}
    assert typed(own_hub, project, more, do="draft", **mine).status_code == 200
    assert TeamMonth.objects.get().cells == {f"{INDICATOR}.female.numerator": "12"}
    other = {"base": "0-0", "token": "other"}
    assert typed(own_hub, project, first, do="draft", **other).status_code == 409


def test_a_form_is_filled_from_one_reading_of_its_month(
    own_hub: Hub, project: Project
) -> None:
    """What the same browser sends while its page is filled is in all of it or none."""
    arrived: list[int] = []

    def meanwhile(run: Any, sql: str, *rest: Any) -> Any:
        answer = run(sql, *rest)
        if "improvement_teammonth" in sql and not arrived:
            arrived.append(0)
            other = typed(own_hub, project, {"female.numerator": "7"}, do="draft")
            assert other.status_code == 200
        return answer

    with connection.execute_wrapper(meanwhile):
        page = team(own_hub).get(address(own_hub, project)).content.decode()
    assert arrived
    assert 'name="base" value="0-0"' in page
    assert 'name="version" value="0"' in page
    assert f'name="n.{INDICATOR}.female.numerator" value="7"' not in page
    page = team(own_hub).get(address(own_hub, project)).content.decode()
    assert f'name="base" value="0-{TeamMonth.objects.get().pk}"' in page


@pytest.mark.usefixtures("at_once")
def test_a_month_sent_without_sexes_can_be_split(
    own_hub: Hub, project: Project
) -> None:
    together = {"total.numerator": "30", "total.denominator": "60"}
    assert typed(own_hub, project, together).status_code == 302
    assert typed(own_hub, project, COUNTED).status_code == 302
    found = facts(own_hub, indicator=INDICATOR, period=MONTH)
    assert {row["sex"]: row["numerator"] for row in found} == {
        "female": 18,
        "male": 25,
        "": 43,
    }


@pytest.mark.usefixtures("at_once")
def test_a_month_that_was_sent_is_taken_back(own_hub: Hub, project: Project) -> None:
    typed(own_hub, project, COUNTED)
    month = TeamMonth.objects.get()
    back = address(own_hub, project).replace("/month?", "/month/back?")
    answer = team(own_hub).post(back, {"version": str(month.version)})
    assert answer.status_code == 302
    month.refresh_from_db()
    assert month.state == "taken_back"
    assert not facts(own_hub, indicator=INDICATOR, period=MONTH)


def test_the_blank_sheet_keeps_nothing_in_the_browser(
    own_hub: Hub, project: Project
) -> None:
    paper = team(own_hub).get(address(own_hub, project) + "&paper=yes")
    assert "data-draft" not in paper.content.decode()
    assert "keep.js" not in paper.content.decode()


def test_a_file_that_was_not_given_is_told(own_hub: Hub, project: Project) -> None:
    answer = team(own_hub).post(f"/improvement/{project.pk}/month/file")
    assert answer.status_code == 400


def test_a_page_that_a_refused_file_left_open_leads_back_to_the_month(
    own_hub: Hub, project: Project
) -> None:
    for what in ("file", "back"):
        answer = team(own_hub).get(f"/improvement/{project.pk}/month/{what}")
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"/improvement/{project.pk}/month?")


def test_what_was_sent_and_is_not_yet_published_is_said(
    own_hub: Hub, project: Project
) -> None:
    page = f"/improvement/{project.pk}"
    told = "n'est pas encore dans les chiffres"
    assert told not in html.unescape(team(own_hub).get(page).content.decode())
    typed(own_hub, project, COUNTED)
    assert told in html.unescape(team(own_hub).get(page).content.decode())


def test_another_place_s_team_types_nothing(own_hub: Hub, project: Project) -> None:
    other = own_hub.browser("vaccinator", own_hub.places("area")[-1].place_id)
    assert other.post(address(own_hub, project), {"do": "send"}).status_code == 404
    viewer = own_hub.browser("viewer")
    assert viewer.get(address(own_hub, project)).status_code == 403


def counted(denominator: int) -> list[entered.Pair]:
    boxes = {
        f"{INDICATOR}.female.numerator": "1",
        f"{INDICATOR}.female.denominator": str(denominator),
    }
    return entered.read([INDICATOR], boxes)


@pytest.mark.parametrize(
    ("now", "before", "asked"),
    [
        (100, [40, 42, 44], True),
        (10, [40, 42, 44], True),
        (50, [40, 42, 44], False),
        (100, [40, 42], False),
    ],
)
def test_a_denominator_far_from_the_months_before_is_asked_about(
    hub: Hub, now: int, before: list[float], asked: bool
) -> None:
    found = entered.changed_denominators(counted(now), {(INDICATOR, "female"): before})
    assert bool(found) is asked


@pytest.mark.usefixtures("at_once")
def test_another_way_of_counting_begins_a_new_line_where_the_team_says_so(
    own_hub: Hub, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entered, "LEAST_BEFORE", 1)
    typed(own_hub, project, COUNTED)
    wide = {"female.numerator": "90", "female.denominator": "200"}
    wide |= {"male.numerator": "90", "male.denominator": "200"}
    answer = typed(own_hub, project, wide, month="202404")
    assert answer.status_code == 400
    assert "200 enfants" in answer.content.decode()
    assert not Baseline.objects.exists()
    said = {f"denominator.{INDICATOR}": "new"}
    answer = typed(own_hub, project, wide, month="202404", version=1, **said)
    assert answer.status_code == 302
    line = Baseline.objects.get()
    assert (line.kind, line.first) == ("rebase", "202404")
    assert line.place_id == site_of(own_hub).place_id


def test_the_sheet_on_paper_is_empty(own_hub: Hub, project: Project) -> None:
    typed(own_hub, project, COUNTED, do="keep")
    page = team(own_hub).get(address(own_hub, project) + "&paper=yes").content.decode()
    assert 'value="18"' not in page
    assert "Signature" in page


def test_the_month_that_is_offered_first_is_the_oldest_without_an_entry(
    own_hub: Hub, project: Project
) -> None:
    page = team(own_hub).get(f"/improvement/{project.pk}/month").content.decode()
    assert current.current().by_id[site_of(own_hub).place_id].name in page
    assert "selected>" in page


HEADER = "indicator,place_id,period,sex,numerator,denominator\n"


def given(hub: Hub, project: Project, name: str, content: bytes) -> Any:
    file = SimpleUploadedFile(name, content)
    return team(hub).post(f"/improvement/{project.pk}/month/file", {"file": file})


def brought(hub: Hub, project: Project, rows: str, *, header: str = HEADER) -> Any:
    return given(hub, project, "mois.csv", (header + rows).encode())


@pytest.mark.usefixtures("at_once")
def test_months_come_in_a_file_by_the_names_of_sites(
    own_hub: Hub, project: Project
) -> None:
    name = site_of(own_hub).name
    rows = "".join(
        f"{INDICATOR},{name},{month},{sex},{part},20\n"
        for month, sex, part in (
            ("202402", "female", 9),
            ("202402", "male", 11),
            ("202403", "", 15),
        )
    )
    assert brought(own_hub, project, rows).status_code == 302
    assert TeamFile.objects.get().state == "sent"
    found = {
        (row["period"], row["sex"]): row["value"]
        for row in facts(own_hub, indicator=INDICATOR, period="202402..202403")
    }
    assert found == {
        ("202402", "female"): 45,
        ("202402", "male"): 55,
        ("202402", ""): 50,
        ("202403", ""): 75,
    }


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{indicator},{place},202403,female,21,20", "21 sur 20"),
        ("{indicator},{place},202403,female,,20", "deux nombres"),
        ("{indicator},Nulle Part,202403,female,1,20", "Nulle Part"),
        ("dtp1_coverage,{place},202403,female,1,20", "dtp1_coverage"),
        ("{indicator},{place},202312,female,1,20", "202312"),
        ("{indicator},{place},2024Q1,female,1,20", "2024Q1"),
        ("{indicator},{place},202403,fille?,1,20", "fille?"),
        (
            "{indicator},{place},202402,male,1,20\n{indicator},{place},202402,,2,40",
            "deux",
        ),
    ],
)
def test_a_file_with_one_row_that_cannot_be_is_not_taken_and_the_row_is_told(
    own_hub: Hub, project: Project, row: str, told: str
) -> None:
    place = site_of(own_hub).place_id
    good = f"{INDICATOR},{place},202402,female,9,20\n"
    wrong = row.format(indicator=INDICATOR, place=place)
    answer = brought(own_hub, project, f"{good}{wrong}\n")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert told in page
    assert "mois.csv" in page
    assert not TeamFile.objects.exists()


def test_a_file_of_something_else_is_told(own_hub: Hub, project: Project) -> None:
    answer = brought(own_hub, project, "DTP1,x,202403,1\n", header="a,b,c,d\n")
    assert answer.status_code == 400
    assert not TeamFile.objects.exists()


Cells = Sequence[Sequence[Any]]
MARCH = datetime.date(2024, 3, 1)
COLUMNS = ("Indicator", "Place_ID", "Period", "Sex", "Numerator", "Denominator")


def workbook(sheets: Mapping[str, Cells], *, title: str = "") -> bytes:
    """A workbook as people make one: texts, numbers and days as they come.

    title    in cells merged over the columns, above a blank row and the header
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        month = book.add_format({"num_format": "mmm yyyy"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            above = 0
            if title:
                sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, title)
                above = 2
            for line, row in enumerate([COLUMNS, *rows], start=above):
                for at, cell in enumerate(row):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(line, at, cell, month)
                    elif str(cell).startswith("="):  # that nobody calculated
                        sheet.write_formula(line, at, cell, value="")
                    elif cell is not None:
                        sheet.write(line, at, cell)
    return file.getvalue()


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("title", ["", "Vaccination complète, équipe du centre"])
def test_a_workbook_as_a_team_makes_one_is_read(
    own_hub: Hub, project: Project, title: str
) -> None:
    site = site_of(own_hub)
    rows: Cells = [
        (INDICATOR, site.name, "février 2024", "female", "9", " 20 "),
        (INDICATOR, site.place_id, "févr. 2024", "male", 11, 20.0),
        (),
        (
            INDICATOR,
            f" {site.name} ",
            datetime.date(2024, 3, 1),
            None,
            "1 015",
            "1 400",
        ),
        (INDICATOR, site.name, 202404, "Female", 12, 20),
    ]
    content = workbook({"Feuil1": rows}, title=title)
    answer = given(own_hub, project, "mois.xlsx", content)
    assert answer.status_code == 302, answer.content.decode()
    found = {
        (row["period"], row["sex"]): (row["numerator"], row["denominator"])
        for row in facts(own_hub, indicator=INDICATOR, period="202402..202404")
    }
    assert found == {
        ("202402", "female"): (9, 20),
        ("202402", "male"): (11, 20),
        ("202402", ""): (20, 40),
        ("202403", ""): (1015, 1400),
        ("202404", "female"): (12, 20),
    }


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([(INDICATOR, "{place}", "mars 2024", "female", "dix", 20)], "dix"),
        ([(INDICATOR, "{place}", "mars 2024", "female", "=4+5", 20)], "formule"),
        ([(INDICATOR, "{place}", "mars", "female", 9, 20)], "mars"),
        (
            [
                (INDICATOR, "{place}", "mars 2024", "female", 9, 20),
                (INDICATOR, "{place}", 202403, "female", 8, 20),
            ],
            "deux fois",
        ),
    ],
)
def test_a_workbook_with_a_cell_that_cannot_be_is_not_taken_and_the_cell_is_told(
    own_hub: Hub, project: Project, rows: Cells, told: str
) -> None:
    place = site_of(own_hub).place_id
    filled = [[place if cell == "{place}" else cell for cell in row] for row in rows]
    content = workbook({"Feuil1": filled})
    answer = given(own_hub, project, "mois.xlsx", content)
    assert answer.status_code == 400
    assert told in html.unescape(answer.content.decode())
    assert not TeamFile.objects.exists()


def test_months_on_two_sheets_are_refused_and_none_is_left_out_in_silence(
    own_hub: Hub, project: Project
) -> None:
    place = site_of(own_hub).place_id
    rows = [(INDICATOR, place, 202402, "female", 9, 20)]
    content = workbook({"janvier": rows, "notes": [], "février": rows})
    answer = given(own_hub, project, "mois.xlsx", content)
    assert answer.status_code == 400
    page = html.unescape(answer.content.decode())
    assert "février" in page
    assert not TeamFile.objects.exists()


def blank(hub: Hub, project: Project, suffix: str) -> list[list[Any]]:
    """The file to fill in, as rows of cells."""
    place = site_of(hub).place_id
    address = f"/improvement/{project.pk}/month/blank{suffix}?place={place}"
    answer = team(hub).get(address)
    assert answer.status_code == 200
    if suffix == ".csv":
        return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_blank_file_is_filled_in_and_comes_back(
    own_hub: Hub, project: Project, suffix: str
) -> None:
    header, *rows = blank(own_hub, project, suffix)
    at = {name: position for position, name in enumerate(header)}
    assert {row[at["place"]] for row in rows} == {site_of(own_hub).name}
    assert {row[at["sex"]] for row in rows} == {"female", "male", ""}
    month = max(row[at["period"]] for row in rows)
    for row in rows:
        if row[at["period"]] == month and row[at["sex"]]:
            row[at["numerator"]], row[at["denominator"]] = 7, 10
    if suffix == ".csv":
        text = io.StringIO()
        csv.writer(text, delimiter=";").writerows([header, *rows])
        content = text.getvalue().encode("utf-8-sig")
    else:
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for line, row in enumerate([header, *rows]):
                sheet.write_row(line, 0, row)
        content = file.getvalue()
    answer = given(own_hub, project, f"mois{suffix}", content)
    assert answer.status_code == 302, answer.content.decode()
    found = {(one["period"], one["sex"]) for one in TeamFile.objects.get().rows}
    assert found == {(month, "female"), (month, "male"), (month, "")}


def test_a_blank_file_that_nobody_filled_in_counts_nothing(
    own_hub: Hub, project: Project
) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(blank(own_hub, project, ".csv"))
    answer = given(own_hub, project, "mois.csv", text.getvalue().encode())
    assert answer.status_code == 400
    assert not TeamFile.objects.exists()


def test_the_blank_file_has_the_months_that_are_missing_of_one_s_own_sites(
    own_hub: Hub, project: Project
) -> None:
    address = f"/improvement/{project.pk}/month/blank.csv"
    other = own_hub.browser("vaccinator", own_hub.places("area")[-1].place_id)
    assert other.get(address).status_code == 404
    assert own_hub.browser("viewer").get(address).status_code == 403
    before = {row[4] for row in blank(own_hub, project, ".csv")[1:]}
    month = max(before)
    TeamMonth.objects.create(
        project=project,
        place_id=site_of(own_hub).place_id,
        period=month,
        state="sent",
        by="somebody",
    )
    assert month not in {row[4] for row in blank(own_hub, project, ".csv")[1:]}


def boxes_shown(hub: Hub, project: Project, month: str = MONTH) -> dict[str, str]:
    """What stands in the boxes of a month: name without the indicator -> text."""
    page = team(hub).get(address(hub, project, month)).content.decode()
    found = re.findall(rf'name="n\.{INDICATOR}\.(\S+)" value="([^"]*)"', page)
    return {name: text for name, text in found if text}


def rows_of_file(hub: Hub, *given_rows: tuple[str, str, int, int]) -> str:
    place = site_of(hub).place_id
    return "".join(
        f"{INDICATOR},{place},{month},{sex},{part},{whole}\n"
        for month, sex, part, whole in given_rows
    )


@pytest.mark.usefixtures("at_once")
def test_a_month_that_a_file_brought_stands_in_its_boxes_with_the_name_of_the_file(
    own_hub: Hub, project: Project
) -> None:
    rows = rows_of_file(own_hub, (MONTH, "female", 18, 40), (MONTH, "male", 25, 42))
    brought(own_hub, project, rows)
    assert boxes_shown(own_hub, project) == COUNTED
    page = html.unescape(team(own_hub).get(address(own_hub, project)).content.decode())
    assert page.count("du fichier mois.csv") == 2
    assert "mois.csv" in page
    assert boxes_shown(own_hub, project, "202404") == {}


@pytest.mark.usefixtures("at_once")
def test_what_a_team_types_over_a_file_wins_for_its_boxes_and_a_later_file_over_it(
    own_hub: Hub, project: Project
) -> None:
    rows = rows_of_file(own_hub, (MONTH, "female", 18, 40), (MONTH, "male", 25, 42))
    brought(own_hub, project, rows)
    typed(own_hub, project, {**COUNTED, "female.numerator": "20"})
    girls = facts(own_hub, indicator=INDICATOR, period=MONTH, sex="female")
    assert [row["numerator"] for row in girls] == [20]
    assert boxes_shown(own_hub, project)["female.numerator"] == "20"
    page = html.unescape(team(own_hub).get(address(own_hub, project)).content.decode())
    assert "du fichier" not in page
    brought(own_hub, project, rows_of_file(own_hub, (MONTH, "male", 30, 42)))
    shown = boxes_shown(own_hub, project)
    assert (shown["female.numerator"], shown["male.numerator"]) == ("20", "30")
    boys = facts(own_hub, indicator=INDICATOR, period=MONTH, sex="male")
    assert [row["numerator"] for row in boys] == [30]


@pytest.mark.usefixtures("at_once")
def test_an_emptied_box_does_not_take_back_what_a_file_brought(
    own_hub: Hub, project: Project
) -> None:
    rows = rows_of_file(own_hub, (MONTH, "female", 18, 40), (MONTH, "male", 25, 42))
    brought(own_hub, project, rows)
    only_boys = {key: text for key, text in COUNTED.items() if key.startswith("male")}
    answer = typed(own_hub, project, only_boys)
    assert answer.status_code == 400
    assert "une case vide ne l'annule pas" in html.unescape(answer.content.decode())


@pytest.mark.usefixtures("at_once")
def test_all_children_in_a_file_give_way_to_girls_and_boys_that_come_later(
    own_hub: Hub, project: Project
) -> None:
    brought(own_hub, project, rows_of_file(own_hub, (MONTH, "", 30, 60)))
    assert boxes_shown(own_hub, project) == {
        "total.numerator": "30",
        "total.denominator": "60",
    }
    rows = rows_of_file(own_hub, (MONTH, "female", 18, 40), (MONTH, "male", 25, 42))
    brought(own_hub, project, rows)
    assert boxes_shown(own_hub, project) == COUNTED


@pytest.mark.usefixtures("at_once")
def test_a_form_that_was_opened_before_a_file_came_does_not_replace_it_unseen(
    own_hub: Hub, project: Project
) -> None:
    page = team(own_hub).get(address(own_hub, project)).content.decode()
    base = re.findall(r'name="base" value="([^"]*)"', page)[0]
    brought(own_hub, project, rows_of_file(own_hub, (MONTH, "female", 9, 20)))
    assert typed(own_hub, project, COUNTED, base=base).status_code == 409


@pytest.mark.usefixtures("at_once")
def test_a_file_whose_import_was_taken_back_stands_in_no_box(
    own_hub: Hub, project: Project
) -> None:
    brought(own_hub, project, rows_of_file(own_hub, (MONTH, "female", 9, 20)))
    file = TeamFile.objects.get()
    undo(by=own_hub.user("administrator"), snapshot_id=file.snapshot)
    assert boxes_shown(own_hub, project) == {}
    page = team(own_hub).get(f"/improvement/{project.pk}/month").content.decode()
    assert "selected" in page


def test_a_month_that_is_being_sent_is_not_offered_as_missing(
    own_hub: Hub, project: Project
) -> None:
    def offered() -> str:
        page = team(own_hub).get(f"/improvement/{project.pk}/month").content.decode()
        found: list[str] = re.findall(r'<option value="(\d{6})" selected', page)
        return found[0]

    before = offered()
    assert typed(own_hub, project, COUNTED, month=before).status_code == 302
    assert TeamMonth.objects.get().state == "sending"
    assert offered() > before
