"""The API: who may read what, pages that fit together, formats, refusals."""

import csv
import io
from collections.abc import Iterator

import pyarrow.parquet as pq
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as generated
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from boloci import whereabouts
from boloci.hub.people import tokens
from tests.hub.conftest import GENERATED, Hub

ADDRESSES = 7
COVERAGE = "/api/facts?indicator=dtp1_coverage&method=reported&denominator=target"


def rows(client: Client, url: str, **headers: str) -> list[dict]:
    answer = client.get(url, headers=headers)
    assert answer.status_code == 200, answer.content
    return answer.json()["rows"]


def area_in(hub: Hub, district: str) -> str:
    return next(a.place_id for a in hub.places("area") if district in a.path.split("/"))


def test_nobody_reads_districts_and_above_and_never_areas(hub: Hub) -> None:
    client = hub.browser()
    levels = {row["level"] for row in rows(client, COVERAGE + "&limit=50000")}
    assert levels >= {"country", "region", "district"}
    assert not levels & {"area", "facility"}
    assert rows(client, COVERAGE + "&level=area") == []
    area = hub.places("area")[0]
    for words in (area.place_id, area.name, "nowhere"):
        answer = client.get("/api/facts", {"place": words})
        assert answer.status_code == 404
        assert answer.json()["problem"] == "page_unknown"


def test_a_key_reads_what_its_owner_sees_and_nothing_once_revoked(hub: Hub) -> None:
    first, other = hub.places("district")[:2]
    user = hub.user("district_manager", first.place_id)
    token, text = tokens.make(by=user, name="a report", days=30)
    client, header = hub.browser(), {"Authorization": f"Bearer {text}"}
    own = rows(client, COVERAGE + "&level=area&limit=50000", **header)
    inside = {a.place_id for a in hub.places("area") if first.place_id in a.path}
    assert own
    assert {row["place_id"] for row in own} <= inside
    foreign = area_in(hub, other.place_id)
    assert client.get(f"/api/facts?place={foreign}", headers=header).status_code == 404
    tokens.revoke(by=user, token=token)
    answer = client.get(COVERAGE, headers=header)
    assert (answer.status_code, answer.json()["problem"]) == (401, "token_unknown")


@pytest.mark.parametrize("given", ["Bearer nothing", "Basic abc", "Bearer", "x"])
def test_a_key_that_is_none_is_refused_and_not_passed_over(hub: Hub, given) -> None:
    answer = hub.browser().get("/api/places", headers={"Authorization": given})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_closed_workspace_answers_nobody(hub: Hub, settings) -> None:
    from dataclasses import replace

    settings.WORKSPACE = replace(hub.workspace, public=False)
    answer = hub.browser().get("/api/facts")
    assert (answer.status_code, answer.json()["problem"]) == (401, "sign_in_needed")
    assert rows(hub.browser("analyst"), "/api/facts?limit=1")


@pytest.mark.parametrize(
    "question",
    [
        "/api/facts?indicator=dtp1_doses&indicator=dtp3_doses&period=2023",
        "/api/facts?level=region&period=2022..2023&sex=female",
        "/api/findings?severity=warning",
        "/api/places?level=district",
        "/api/inequality?indicator=dtp3_coverage&period=2023",
    ],
)
def test_pages_put_together_are_the_whole(hub: Hub, question: str) -> None:
    client = hub.browser()
    whole = client.get(question + "&limit=50000").json()
    assert whole["next"] is None
    wanted = max(1, len(whole["rows"]) // 4)
    found, url = [], f"{question}&limit={wanted}"
    while url:
        answer = client.get(url)
        found += answer.json()["rows"]
        link = answer.headers.get("Link", "")
        url = link[1 : link.index(">")] if link else ""
        assert len(found) <= len(whole["rows"])
    assert found == whole["rows"]


def test_a_cursor_of_another_question_is_refused(hub: Hub) -> None:
    client = hub.browser()
    cursor = client.get("/api/facts?limit=1").json()["next"]
    for url in (f"/api/facts?period=2023&cursor={cursor}", "/api/facts?cursor=é%00"):
        answer = client.get(url)
        assert (answer.status_code, answer.json()["problem"]) == (400, "cursor_unfit")


def test_csv_and_parquet_hold_the_rows_of_json(hub: Hub) -> None:
    client, query = hub.browser(), "?level=region&period=2023&limit=200"
    told = rows(client, "/api/facts" + query)
    text = client.get("/api/facts.csv" + query)
    assert text["Content-Type"].startswith("text/csv")
    read = list(csv.DictReader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert [row["place_id"] for row in read] == [row["place_id"] for row in told]
    by_accept = client.get(
        "/api/facts" + query, headers={"Accept": "application/vnd.apache.parquet"}
    )
    assert pq.read_table(io.BytesIO(by_accept.content)).to_pylist() == told


def test_a_format_that_is_not_known_is_refused_in_words(hub: Hub) -> None:
    answer = hub.browser().get("/api/places", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/csv" in answer.json()["sentence"]


@pytest.mark.parametrize("url", [COVERAGE + "&limit=5", "/api/places", "/api/builds"])
def test_who_has_the_answer_is_told_so_and_others_get_theirs(hub: Hub, url) -> None:
    tag = hub.browser().get(url)["ETag"]
    again = hub.browser().get(url, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    if "builds" not in url:
        other = hub.browser("analyst").get(url, headers={"If-None-Match": tag})
        assert other.status_code == 200


def test_a_misspelt_filter_is_refused_with_the_known_ones(hub: Hub) -> None:
    answer = hub.browser().get("/api/facts?peroid=2023")
    assert (answer.status_code, answer.json()["problem"]) == (400, "parameter_unknown")
    assert "period" in answer.json()["sentence"]


def test_refusals_and_sentences_are_in_the_language_asked_for(hub: Hub) -> None:
    client = hub.browser()
    for language in ("fr", "en"):
        row = rows(client, f"/api/findings?limit=1&language={language}")[0]
        assert row["sentence"]
    french = client.get("/api/facts?period=x&language=fr").json()["sentence"]
    english = client.get("/api/facts?period=x&language=en").json()["sentence"]
    assert french != english
    name = {
        language: rows(client, f"/api/indicators?limit=1&language={language}")[0]["why"]
        for language in ("fr", "en")
    }
    assert name["fr"] != name["en"]


@pytest.mark.parametrize("word", ["area", "AREA", "Aire de santé"])
def test_inequality_between_hidden_places_is_not_told_by_any_word(hub, word) -> None:
    district = hub.places("district")[0].place_id
    question = {"indicator": "dtp1_coverage", "over": word, "place": district}
    assert hub.browser().get("/api/inequality", question).status_code in (400, 404)
    own = hub.browser("district_manager", district).get("/api/inequality", question)
    assert own.status_code == 200 or word == "Aire de santé"


def test_inequality_between_groups_takes_only_those_that_may_be_seen(hub: Hub) -> None:
    from boloci.hub.rights import public

    hidden = [g for g in hub.places("group") if not public().sees(g)]
    if not hidden:
        pytest.skip("every group of the small country is open")
    question = {"indicator": "dtp1_coverage", "over": "group", "period": "2023"}
    answer = hub.browser().get(
        "/api/inequality", {**question, "among": hidden[0].place_id}
    )
    assert answer.status_code == 404


def test_a_sensitive_place_has_no_point_in_public(hub: Hub, monkeypatch) -> None:
    one, other = hub.places("district")[:2]
    points = {one.place_id: (-8.0, 12.5), other.place_id: (-7.0, 13.5)}
    monkeypatch.setattr(whereabouts, "points", lambda _workspace: points)
    monkeypatch.setattr(
        whereabouts, "sensitive", lambda _workspace: frozenset({one.place_id})
    )

    def point(client: Client, place_id: str) -> tuple:
        found = rows(client, f"/api/places?inside={place_id}&level=district")[0]
        return found["longitude"], found["latitude"]

    assert point(hub.browser(), one.place_id) == (None, None)
    assert point(hub.browser(), other.place_id) == (-7.0, 13.5)
    assert point(hub.browser("analyst"), one.place_id) == (-8.0, 12.5)


def test_an_explained_figure_tells_its_formula_rows_and_versions(hub: Hub) -> None:
    district = hub.places("district")[0].place_id
    question = {"indicator": "dtp1_doses", "place": district, "period": "2023"}
    told = hub.browser("analyst").get("/api/explain", question).json()
    assert told["fact"]["place_id"] == district
    assert told["formula"]
    assert told["rows"]
    used = [row for row in told["rows"] if row["state"] == "used"]
    assert sum(row["value"] for row in used) == told["fact"]["value"]
    assert told["manifest"]["build"] == told["fact"]["build"]


def test_a_page_of_our_own_describes_every_address(hub: Hub) -> None:
    client = hub.browser()
    schema = client.get("/api/openapi.json").json()
    page = client.get("/api").content.decode()
    assert len(schema["paths"]) == 7
    for path, methods in schema["paths"].items():
        assert path in page
        for parameter in methods["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page
    assert "<script" not in page
    assert "style=" not in page


CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request through WSGI leaves the test's transaction open, as Django's client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@GENERATED
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("role", ["", "analyst"])
def test_no_generated_question_finds_a_fault(
    hub: Hub, role: str, requests: int
) -> None:
    from boloci.hub.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    headers = {"Accept-Encoding": "identity"}  # its client unpacks nothing
    if role:
        _token, text = tokens.make(by=hub.user(role), name="generated", days=30)
        headers["Authorization"] = f"Bearer {text}"
    each = requests // ADDRESSES
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @generated(
            max_examples=each,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def ask(case) -> None:
            asked.append(case)
            case.call_and_validate(headers=headers, checks=CHECKS)

        ask()
    assert len(asked) >= ADDRESSES * each * 0.8


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_an_address_asked_in_another_way_says_so_as_json(hub: Hub, method: str) -> None:
    answer = getattr(hub.browser(), method)("/api/facts")
    assert answer.status_code == 405
    assert answer.json()["problem"] == "method_not_allowed"
    assert "GET" in answer.headers["Allow"]
