"""DHIS2 dataValueSets JSON: envelopes, pages, cuts, and what is refused."""

import json

import pytest
from dhis2_reading import (
    BADJIA,
    BCG,
    NGELEHUN,
    PENTA1,
    json_file,
    read,
    rows,
    rules,
    value,
)

from boloci.problems import Refused
from boloci.sources.dhis2 import json_lists, values_json


def refusal(path):
    with pytest.raises(Refused) as raised:
        read(path)
    return raised.value.problems[0]


def amounts(reading):
    return [row["value"] for row in rows(reading)]


@pytest.mark.parametrize(
    "content",
    [
        {"dataValues": [value("1"), value("2", place=BADJIA)]},
        [value("1"), value("2", place=BADJIA)],
        [{"dataValues": [value("1")]}, {"dataValues": [value("2", place=BADJIA)]}],
        {"dataValueSets": [{"dataValues": [value("1"), value("2", place=BADJIA)]}]},
        {"dataValues": [value(1), value(2.0, place=BADJIA)], "pager": {"page": 1}},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_envelope_gives_the_same_values(tmp_path, content, indent):
    path = tmp_path / "values.json"
    path.write_text(json.dumps(content, indent=indent))
    found = rows(read(path))
    assert [(row["place"], row["value"]) for row in found] == [
        (NGELEHUN, 1.0),
        (BADJIA, 2.0),
    ]
    assert [row["row"] for row in found] == [1, 2]


def test_what_a_page_says_holds_for_its_values(tmp_path):
    plain = {"dataElement": BCG, "value": "4", "categoryOptionCombo": "Prlt0C1RF0s"}
    page = {
        "dataSet": "BfMAe6Itzgt",
        "completeDate": "2024-02-05",
        "period": "202401",
        "orgUnit": NGELEHUN,
        "dataValues": [plain],
    }
    other = {**page, "orgUnit": BADJIA, "completeDate": None}
    reading = read(json_file(tmp_path, [page, other]))
    assert [row["place"] for row in rows(reading)] == [NGELEHUN, BADJIA]
    assert [row["period"] for row in rows(reading)] == [202401, 202401]
    report = rows(reading, "reports")
    assert [(r["dataset"], r["place_id"], r["received"]) for r in report] == [
        ("BfMAe6Itzgt", NGELEHUN, 1.0)
    ]
    assert report[0]["expected"] is None


def test_a_value_that_no_page_places_refuses_the_file(tmp_path):
    path = json_file(tmp_path, {"dataValues": [value("1"), value("2", place=None)]})
    found = refusal(path)
    assert (found.code, found.where.row) == ("value_key_blank", 2)


@pytest.mark.parametrize("chunk", [150, 333, 1000, 5000])
@pytest.mark.parametrize("indent", [None, 1])
def test_the_same_values_come_out_wherever_the_file_is_cut(
    tmp_path, monkeypatch, chunk, indent
):
    traps = ['},{"', "}]}", "}],", '"dataValues":[{', "]", '\\"},{\\"x', "été"]
    values = [
        value(
            str(n), period=f"2024{n % 12 + 1:02d}", place=f"p{n}", comment=traps[n % 7]
        )
        for n in range(60)
    ]
    path = tmp_path / "values.json"
    pages = [
        {"dataValues": values[:25]},
        {"dataValues": []},
        {"dataValues": values[25:]},
    ]
    path.write_text(json.dumps(pages, indent=indent, ensure_ascii=False))
    monkeypatch.setattr(json_lists, "CHUNK", chunk)
    assert amounts(read(path)) == list(range(60))


def compact(values):
    return json.dumps({"dataValues": values}, separators=(",", ":"))


@pytest.mark.parametrize(
    "trap",
    [
        {},
        {"comment": "a {brace} and }]}"},
        {"value": "4.5"},
        {"value": "a,b"},
        {"value": ""},
        {"period": "2024Q1"},
        {"categoryOptionCombo": "<1 an"},
        {"deleted": True},
        {"deleted": False},
    ],
)
def test_quick_and_careful_agree(tmp_path, monkeypatch, trap):
    values = [value(str(n), place=f"place{n:06d}", followup=False) for n in range(40)]
    values[17] |= trap
    path = tmp_path / "quick.json"
    path.write_text(compact(values))
    quick = rows(read(path))
    monkeypatch.setattr(values_json, "_quick", lambda *_: None)
    again = path.rename(tmp_path / "careful.json")
    assert rows(read(again)) == quick
    assert len(quick) == 39 if trap.get("value") == "a,b" else 40


def test_the_quick_reader_is_the_one_in_use(tmp_path, monkeypatch):
    def careful(*_):
        raise AssertionError

    monkeypatch.setattr(values_json, "_careful", careful)
    path = tmp_path / "values.json"
    later = {"created": "2024-02-01T00:00:00.000", "comment": "", "followup": False}
    path.write_text(compact([value("1", **later), value("2", place=BADJIA, **later)]))
    assert amounts(read(path)) == [1.0, 2.0]


def test_an_absent_a_null_and_an_empty_value_are_missing(tmp_path):
    absent = value("1")
    del absent["value"]
    content = [absent, value(None, period="202402"), value("", period="202403")]
    reading = read(json_file(tmp_path, {"dataValues": content}))
    assert amounts(reading) == [None, None, None]


def test_true_and_text_are_left_out_with_one_finding_an_element(tmp_path):
    content = [
        value("true"),
        value(False, period="202402"),
        value("3", element=PENTA1),
        value("Male", element="vV9UWAZohSf"),
    ]
    reading = read(json_file(tmp_path, {"dataValues": content}))
    assert amounts(reading) == [3.0]
    told = {found.element: found.params["count"] for found in reading.findings}
    assert told == {BCG: 2, "vV9UWAZohSf": 1}


def test_deleted_is_true_only_where_dhis2_says_so(tmp_path):
    content = [value("1", deleted=False), value("2", period="202402", deleted=True)]
    reading = read(json_file(tmp_path, {"dataValues": content}))
    assert [row["deleted"] for row in rows(reading)] == [False, True]
    assert not reading.unique


def test_of_two_different_values_the_one_updated_last_is_kept(tmp_path):
    content = [
        value("8", lastUpdated="2024-05-01T00:00:00.000"),
        value("6", lastUpdated="2024-02-01T00:00:00.000"),
    ]
    reading = read(json_file(tmp_path, {"dataValues": content}))
    assert amounts(reading) == [8.0]
    assert "duplicate_disagree_updated" in rules(reading)


def test_an_envelope_without_values_is_a_finding(tmp_path):
    reading = read(json_file(tmp_path, {"dataValues": []}))
    assert "file_no_values" in rules(reading)


@pytest.mark.parametrize("share", [0.15, 0.5, 0.9, 0.995])
def test_a_file_cut_short_is_refused(tmp_path, share):
    path = json_file(tmp_path, {"dataValues": [value(str(n)) for n in range(20)]})
    text = path.read_text()
    path.write_text(text[: int(len(text) * share)])
    assert refusal(path).code == "file_truncated"


def test_json_that_is_damaged_inside_is_refused(tmp_path):
    path = json_file(tmp_path, {"dataValues": [value("1"), value("2"), value("3")]})
    path.write_text(path.read_text().replace('"value": "2"', '"value": "2'))
    assert refusal(path).code in ("json_malformed", "file_truncated")


def test_a_value_of_the_wrong_shape_is_refused_with_its_place(tmp_path):
    path = json_file(tmp_path, {"dataValues": [value("1"), value({"low": 1})]})
    found = refusal(path)
    assert found.code == "json_unexpected"
    assert "value" in found.where.column


def test_a_weekly_period_is_refused_with_its_row(tmp_path):
    path = json_file(
        tmp_path, {"dataValues": [value("1"), value("2", period="2024W5")]}
    )
    found = refusal(path)
    assert (found.code, found.where.row) == ("weekly_period", 2)


def test_real_payloads_are_read(tmp_path, shared):
    for name, months in (("monthly", 2), ("lyLU2wR22tC", 5)):
        real = shared(f"data/dhis2_api/data_values_{name}.json")
        path = tmp_path / real.name
        path.write_bytes(real.read_bytes())
        told = json.loads(path.read_text())["dataValues"]
        found = rows(read(path))
        assert len(found) == len(told)
        assert sum(row["value"] for row in found) == sum(int(v["value"]) for v in told)
        assert len({row["period"] for row in found}) >= months


def test_replies_of_the_server_and_web_pages_are_no_data(tmp_path, shared):
    for name in ("success", "warning"):
        real = shared(f"data/dhis2_api/data_value_set_{name}.json")
        path = tmp_path / real.name
        path.write_bytes(real.read_bytes())
        assert refusal(path).code == "server_reply"


def test_a_sign_in_page_saved_as_json_is_refused(tmp_path):
    path = tmp_path / "dataValueSets.json"
    path.write_text("<!DOCTYPE html>\n<html><head><title>DHIS 2 Login</title></head>")
    found = refusal(path)
    assert (found.code, found.where.text) == ("html_page", "DHIS 2 Login")
