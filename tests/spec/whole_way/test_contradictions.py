"""A total that is not the sum of its parts, and zeros that DHIS2 does not store."""

import json

import pytest

from boloci import pipeline, workspace
from tests.spec.small_country import Country, country, flags

PLACES = (
    "place_id name level parent_id\nD District district .\nA Aa area D\nB Bb area D"
)


def test_a_total_that_is_not_the_sum_of_the_sexes_is_a_finding_and_is_used(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="""
        element place_id period sex value
        DTP1 A 202401 . 75
        DTP1 A 202401 female 30
        DTP1 A 202401 male 40
        DTP1 B 202401 . 70
        DTP1 B 202401 female 30
        DTP1 B 202401 male 40
        """,
    )
    assert told.value("dtp1_doses", "A", "202401") == 75
    (finding,) = told.findings("sexes_are_not_the_total")
    assert (finding["element"], finding["place_id"], finding["value"]) == (
        "DTP1",
        "A",
        1,
    )


def test_a_total_that_is_not_the_sum_of_its_strategies_is_a_finding(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="""
        element place_id period strategy value
        DTP1 A 202401 . 75
        DTP1 A 202401 fixed 30
        DTP1 A 202401 outreach 40
        """,
    )
    assert told.value("dtp1_doses", "A", "202401") == 75
    assert len(told.findings("strategies_are_not_the_total")) == 1
    assert not told.findings("sexes_are_not_the_total")


def test_a_stated_rate_far_from_received_over_expected_is_a_finding(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        reports="""
        dataset place_id period expected received rate
        epi A 202401 10 9 90.4
        epi B 202401 10 9 99
        """,
        values="element place_id period value\nDTP1 A 202401 5\nDTP1 B 202401 5",
    )
    (finding,) = told.findings("stated_rate_differs")
    assert json.loads(finding["params"])["places"] == "Bb"


@pytest.fixture
def dhis2(tmp_path):
    """Girls 7 in January, boys without a row; both in February."""

    def tell(zero_is_significant):
        told = Country(workspace.init(tmp_path / f"w{zero_is_significant}"))
        folder = tmp_path / f"files{zero_is_significant}"
        folder.mkdir()
        uid = "aaaaaaaaa{}".format
        metadata = {
            "organisationUnits": [
                {"id": uid("D1"), "name": "North", "level": 1, "path": "/" + uid("D1")}
            ],
            "dataElements": [
                {
                    "id": uid("E1"),
                    "name": "Penta1 doses given",
                    "zeroIsSignificant": zero_is_significant,
                }
            ],
            "categoryOptionCombos": [
                {"id": uid("O1"), "name": "Female, <1y"},
                {"id": uid("O2"), "name": "Male, <1y"},
            ],
        }
        (folder / "metadata.json").write_text(json.dumps(metadata))
        rows = [("202401", "O1", 7), ("202402", "O1", 3), ("202402", "O2", 4)]
        lines = ["dataelement,period,orgunit,categoryoptioncombo,value"] + [
            f"{uid('E1')},{period},{uid('D1')},{uid(option)},{value}"
            for period, option, value in rows
        ]
        (folder / "values.csv").write_text("\n".join(lines) + "\n")
        pipeline.import_files(told.workspace, sorted(folder.iterdir()), by="a test")
        told.build()
        return told

    return tell


def test_where_zeros_are_not_stored_a_sex_without_a_row_is_zero(dhis2):
    told = dhis2(False)
    january = told.fact("dtp1_doses", "North", "202401")
    assert (january["value"], "partial" in flags(january)) == (7, False)
    assert told.value("dtp1_doses", "North", "202401", sex="male") == 0
    assert told.value("dtp1_doses", "North", "202402") == 7


def test_where_zeros_are_stored_a_sex_without_a_row_is_not_known(dhis2):
    told = dhis2(True)
    january = told.fact("dtp1_doses", "North", "202401")
    assert (january["value"], "partial" in flags(january)) == (None, True)


def test_nets_given_at_penta3_are_no_dose_and_that_is_said(tmp_path):
    told = Country(workspace.init(tmp_path / "w"))
    places = "place_id,name,level,parent_id\nD,District,district,\n"
    (tmp_path / "places.csv").write_text(places)
    (tmp_path / "values.csv").write_text(
        "element,place_id,period,value\n"
        "Penta3 doses given,D,202401,8\nLLITN given at Penta3,D,202401,9\n"
    )
    files = [tmp_path / "places.csv", tmp_path / "values.csv"]
    pipeline.import_files(told.workspace, files, by="a test")
    told.build()
    assert told.value("dtp3_doses", "D", "202401") == 8
    (finding,) = told.findings("elements_set_aside")
    assert json.loads(finding["params"])["names"] == "LLITN given at Penta3"
