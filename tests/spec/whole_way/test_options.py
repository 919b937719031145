"""What a value is, its element and its option say together."""

import json
from pathlib import Path

import pytest

from boloci import pipeline, workspace
from boloci.pipeline import ImportReport
from tests.spec.small_country import Country

OPTIONS = {"": "", "routine": "Fixed, <1y", "campaign": "Campaign", "odd": "Zorglub"}
"""What an option of the lines below is called; a blank is a value without option."""


@pytest.fixture
def told(tmp_path: Path) -> Country:
    return Country(workspace.init(tmp_path / "w"))


def bring(told: Country, *lines: str) -> ImportReport:
    """Import lines "month option value" of first measles doses of a DHIS2 server."""
    uids = {option: f"optionUid{at:02d}" for at, option in enumerate(OPTIONS)} | {
        "": ""
    }
    unit, element = "unitUid0001", "elementUid1"
    metadata = {
        "organisationUnits": [
            {"id": unit, "name": "North", "level": 1, "path": f"/{unit}"}
        ],
        "dataElements": [{"id": element, "name": "Measles 1 doses given"}],
        "categoryOptionCombos": [
            {"id": uids[option], "name": name}
            for option, name in OPTIONS.items()
            if name
        ],
    }
    folder = told.workspace.root / "brought"
    folder.mkdir()
    (folder / "metadata.json").write_text(json.dumps(metadata))
    rows = [line.split(" ") for line in lines]
    (folder / "values.csv").write_text(
        "dataelement,period,orgunit,categoryoptioncombo,value\n"
        + "".join(
            f"{element},{month},{unit},{uids[option]},{value}\n"
            for month, option, value in rows
        )
    )
    return pipeline.import_files(told.workspace, sorted(folder.iterdir()), by="a test")


def test_doses_of_a_campaign_are_not_held_against_what_routine_can_give(
    told: Country,
) -> None:
    report = bring(told, "202401 routine 30", "202401 campaign 20000000")
    assert "doses_impossible" not in report.findings["rule"].to_pylist()


def test_doses_of_an_option_that_nobody_knows_wait_where_all_others_have_none(
    told: Country,
) -> None:
    report = bring(told, "202401  7", "202401 odd 3", "202402 odd 20000000")
    rules = report.findings["rule"].to_pylist()
    assert "unmapped_option" in rules
    assert "doses_impossible" not in rules
    told.build()
    facts = told.facts("mcv1_doses", place="North", period="202401..202402")
    assert [(fact["period"], fact["value"]) for fact in facts] == [("202401", 7)]
