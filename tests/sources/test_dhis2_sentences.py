"""Everything a DHIS2 reader says has its sentences, and these can be filled."""

import re
from pathlib import Path

import pytest
import yaml
from dhis2_reading import OUTREACH, PENTA1, csv_file, json_file, line, read, value

import boloci
from boloci.problems import Refused
from boloci.sources.dhis2.levels import places
from boloci.sources.dhis2.unread_periods import why_not

PACKAGE = Path(boloci.__file__).parent


def sentences(kind):
    found = {}
    for path in sorted((PACKAGE / "catalogue" / kind).glob("*.yaml")):
        found |= yaml.safe_load(path.read_text("utf-8")) or {}
    return found


def codes(pattern):
    text = "".join(p.read_text() for p in (PACKAGE / "sources/dhis2").glob("*.py"))
    return sorted(set(re.findall(pattern, text)))


@pytest.mark.parametrize("code", codes(r'refuse\(\s*"(\w+)"'))
def test_every_problem_has_words(code):
    told = sentences("problems")[code]
    assert all((told["fr"], told["en"], told["remedy"]["fr"], told["remedy"]["en"]))


@pytest.mark.parametrize(
    "period", ["20240101", "202401B", "2024Oct", "2024NovS1", "2024NovQ2", "x"]
)
def test_every_unread_period_has_words(period):
    assert sentences("problems")[why_not(period)]["remedy"]["fr"]


@pytest.mark.parametrize("code", codes(r'(?:Finding\(\s*|_doubt\(\s*)"(\w+)"'))
def test_every_finding_has_words(code):
    told = sentences("rules")[code]
    assert all((told["fr"], told["en"], told["action"]["fr"], told["action"]["en"]))


def readings(folder):
    lines = [
        *(line("true"), line("-3", element=PENTA1), line("2.5", option=OUTREACH)),
        *(line("1", period="202402"), line("1", period="202402")),
        *(line("1", period="202403", updated="2024-01-01"), line("2", period="202403")),
    ]
    yield read(csv_file(folder, *lines))
    yield read(csv_file(folder, name="none.csv"))
    twice = [value("1"), value("2")]
    yield read(json_file(folder, {"dataValues": twice}, name="twice.json"))
    unit = {"id": "a", "name": "A", "parent": {"id": "x"}, "closedDate": "soon"}
    units = [{**unit, "coordinates": "here"}, {"name": "B"}]
    pager = {"page": 1, "pageCount": 3, "total": 9}
    content = {"pager": pager, "organisationUnits": units}
    yield read(json_file(folder, content, name="units.json"))
    indicator = {
        "headers": [{"name": name} for name in ("dx", "ou", "pe", "value")],
        "metaData": {"items": {"i": {"name": "I", "dimensionItemType": "INDICATOR"}}},
        "rows": [["i", "a", "2024", "3"]],
    }
    yield read(json_file(folder, indicator, name="analytics.json"))


def test_the_sentences_of_findings_can_be_filled(tmp_path):
    words = sentences("rules")
    found = [*readings(tmp_path)]
    findings = [finding for reading in found for finding in reading.findings]
    for reading in found:
        if "units" in reading.tables:
            findings += places(reading.tables["units"], None)[1]
    assert len({finding.rule for finding in findings}) >= 12
    for finding in findings:
        for language in ("fr", "en"):
            assert "{" not in words[finding.rule][language].format(**finding.params)
            words[finding.rule]["action"][language].format(**finding.params)


def test_the_sentences_of_problems_can_be_filled(tmp_path):
    words = sentences("problems")
    broken = {
        "html.json": "<html><title>Login</title>",
        "reply.json": '{"httpStatus": "Unauthorized", "message": "no"}',
        "cut.json": '{"dataValues": [{"dataElement": "a',
        "bad.json": '{"dataValues": [{"dataElement": x}]}',
        "shape.json": '{"organisationUnits": [{"id": []}]}',
        "columns.csv": "dataelement,period,value\n",
        "other.json": '{"a": 1}',
    }
    for name, text in broken.items():
        path = tmp_path / name
        path.write_text(text)
        with pytest.raises(Refused) as raised:
            read(path)
        problem = raised.value.problems[0]
        values = {**vars(problem.where), **problem.values}
        for language in ("fr", "en"):
            assert words[problem.code][language].format(**values)
            assert words[problem.code]["remedy"][language].format(**values)
