"""Quality: what is doubtful, told to whom may know it."""

import csv
import io
import json

import pyarrow as pa
import pytest

from boloci.hub import reading
from boloci.hub.rights import EVERYTHING, readable
from boloci.hub.withheld import with_names, withheld
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading


def rows_of(browser: object, query: str = "") -> list[dict[str, str]]:
    """The findings of a page, as its CSV tells them."""
    answer = browser.get(f"/quality.csv?table=findings{query}")  # type: ignore[attr-defined]
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_gravest_come_first_and_what_is_only_good_to_know_is_left_out(
    hub: Hub,
) -> None:
    severities = [row["severity"] for row in rows_of(hub.browser("analyst"))]
    assert severities
    assert "info" not in severities
    assert severities == sorted(severities)
    every = rows_of(hub.browser("analyst"), "&severity=all")
    assert len(every) > len(severities)


def test_in_public_no_finding_is_about_an_area(hub: Hub) -> None:
    areas = {place.place_id for place in hub.places("area")}
    rows = rows_of(hub.browser(), "&severity=all")
    assert rows
    assert not areas & {row["place_id"] for row in rows}


def test_a_district_manager_begins_with_the_own_place(hub: Hub) -> None:
    own = hub.places("district")[0]
    rows = rows_of(hub.browser("district_manager", own.place_id))
    known = {p.place_id: p.path.split("/") for p in reading.current().places}
    assert rows
    assert all(own.place_id in known[row["place_id"]] for row in rows)


def test_findings_of_a_period_touch_it(hub: Hub) -> None:
    year = reading.whole_periods(EVERYTHING, "year")[-1]
    rows = rows_of(hub.browser("analyst"), f"&period={year}")
    assert rows
    assert all(row["period_start"][:4] <= year for row in rows)
    assert all((row["period_end"] or row["period_start"])[:4] >= year for row in rows)


def test_a_rule_and_a_kind_choose_their_findings(hub: Hub) -> None:
    analyst = hub.browser("analyst")
    rule = rows_of(analyst)[0]["rule"]
    assert {row["rule"] for row in rows_of(analyst, f"&rule={rule}")} == {rule}
    kind = hub.workspace.catalogue.checks["outliers"].rules
    found = {r["rule"] for r in rows_of(analyst, "&kind=outliers&severity=all")}
    assert found <= set(kind)
    assert analyst.get("/quality?rule=none").status_code == 400


def test_counts_by_rule_add_up_to_the_findings(hub: Hub) -> None:
    analyst = hub.browser("analyst")
    tables = analyst.get("/quality.json").json()["tables"]
    told = {one["name"]: one["rows"] for one in tables}
    assert sum(row["n"] for row in told["by_rule"]) == len(told["findings"])
    assert sum(row["n"] for row in told["by_place"]) == len(told["findings"])


def test_pages_of_findings_go_on_without_script(hub: Hub) -> None:
    analyst = hub.browser("analyst")
    total = len(rows_of(analyst, "&severity=all"))
    assert total > 50
    page = analyst.get("/quality?severity=all&from=25").content.decode()
    assert "26 à 50 sur" in page
    assert "from=50#findings" in page


def test_a_hidden_place_is_named_in_no_finding_of_a_district(hub: Hub) -> None:
    area, district = hub.places("area")[0], hub.places("district")[0]
    params = {"place": district.name, "unit": area.name, "value": 120.0}
    events = [{"kind": "displacement"}, {"kind": "campaign"}]
    table = pa.table({"params": [json.dumps(params)], "context": [json.dumps(events)]})
    public = withheld(readable(None), table).to_pylist()[0]
    assert json.loads(public["params"])["unit"] is None
    assert json.loads(public["params"])["place"] == district.name
    assert [one["kind"] for one in json.loads(public["context"])] == ["campaign"]
    assert withheld(EVERYTHING, table) is table


@pytest.mark.parametrize("known", [False, True])
def test_a_hidden_place_is_named_in_no_list_of_a_sentence(
    hub: Hub, known: bool
) -> None:
    area, other = hub.places("area")[:2]
    district = hub.places("district")[0]
    params = {
        "place": district.name,
        "one": f"{district.name}, {area.name}",
        "several": [area.name, district.name, 12],
        "within": [[other.name], [district.name]],
        "count": 3,
    }
    table = pa.table({"params": [json.dumps(params)], "context": [""]})
    asked = with_names(table) if known else table
    (told,) = withheld(readable(None), asked).to_pylist()
    assert set(told) == {"params", "context"}
    assert json.loads(told["params"]) == {
        "place": district.name,
        "one": None,
        "several": [district.name, 12],
        "within": [[], [district.name]],
        "count": 3,
    }


def test_a_hidden_places_findings_answer_as_if_it_did_not_exist(hub: Hub) -> None:
    area = hub.places("area")[0].place_id
    assert hub.browser().get(f"/quality?place={area}").status_code == 404
    assert hub.browser().get("/quality?place=nowhere").status_code == 404


def test_a_picture_tells_how_many_reports_came_to_the_place_chosen(hub: Hub) -> None:
    district = hub.places("district")[0]
    told = hub.browser().get(f"/quality.json?place={district.place_id}&table=reports")
    facts = reading.facts(
        EVERYTHING,
        indicator="completeness",
        place=[district.place_id],
        period="2023Q1",
        sex="total",
        method="reported",
    ).to_pylist()
    shown = [
        row["value"]
        for row in told.json()["tables"][0]["rows"]
        if row["period"] == "2023Q1"
    ]
    assert facts[0]["value"] in shown
    page = hub.browser().get(f"/quality?place={district.place_id}").content.decode()
    assert f"Rapports reçus\u00a0: {district.name}" in page
