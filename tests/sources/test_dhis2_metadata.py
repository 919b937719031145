"""Elements, options, forms, completeness and analytics."""

import json

import pytest
from dhis2_reading import BCG, FIXED, NGELEHUN, PENTA1, json_file, read, rows, rules

from boloci.problems import Refused
from boloci.sources import dhis2
from boloci.sources.recognise import head


def refusal(path):
    with pytest.raises(Refused) as raised:
        read(path)
    return raised.value.problems[0]


def test_elements_keep_code_names_and_whether_zeros_are_stored(tmp_path):
    element = {
        "id": BCG,
        "code": "DE_1",
        "name": "BCG doses  given ",
        "shortName": "BCG",
        "valueType": "NUMBER",
        "zeroIsSignificant": False,
        "translations": [
            {"locale": "fr_ML", "property": "SHORT_NAME", "value": "court"},
            {"locale": "fr_ML", "property": "NAME", "value": "BCG doses administrées"},
        ],
    }
    for content in ({"dataElements": [element]}, [element], element):
        path = json_file(tmp_path, content, name=f"{type(content)}{len(content)}.json")
        found = rows(read(path), "elements")[0]
        assert found["element"] == BCG
        assert found["name"] == "BCG doses given"
        assert found["name_fr"] == "BCG doses administrées"
        assert found["stores_zeros"] is False


def test_a_bare_list_of_names_is_known_by_the_name_of_its_file(tmp_path):
    content = [{"id": FIXED, "displayName": "Fixed, <1y"}]
    path = json_file(tmp_path, content, name="categoryOptionCombos.json")
    assert rows(read(path), "options")[0]["name"] == "Fixed, <1y"
    assert dhis2.recognise(head("list.json", path)) is None


def test_a_form_lists_its_elements(tmp_path):
    form = {
        "id": "BfMAe6Itzgt",
        "name": "Child Health",
        "periodType": "Monthly",
        "timelyDays": 15,
        "dataSetElements": [
            {"dataElement": {"id": BCG}},
            {"dataElement": {"id": PENTA1}},
        ],
        "organisationUnits": [{"id": NGELEHUN}],
    }
    for name, content in (("a", {"dataSets": [form]}), ("b", form), ("c", [form])):
        found = rows(
            read(json_file(tmp_path, content, name=f"{name}.json")), "datasets"
        )
        assert [(row["dataset"], row["element"]) for row in found] == [
            ("BfMAe6Itzgt", BCG),
            ("BfMAe6Itzgt", PENTA1),
        ]


def test_registrations_are_reports_received_once(tmp_path):
    def registration(place, **rest):
        base = {"dataSet": "BfMAe6Itzgt", "period": "202401", "organisationUnit": place}
        return {**base, **rest}

    content = {
        "completeDataSetRegistrations": [
            registration("a", attributeOptionCombo="x", completed=True),
            registration("a", attributeOptionCombo="y", completed=True),
            registration("b"),
            registration("c", completed=False),
        ]
    }
    found = rows(read(json_file(tmp_path, content)), "reports")
    assert [(row["place_id"], row["received"], row["expected"]) for row in found] == [
        ("a", 1.0, None),
        ("b", 1.0, None),
    ]


def test_the_who_package_is_read_with_its_french_names(tmp_path, shared):
    real = shared("data/dhis2_metadata/IMM_AGG_COMPLETE_metadata.json")
    path = tmp_path / real.name
    path.write_bytes(real.read_bytes())
    told = json.loads(path.read_text())
    reading = read(path)
    elements = {row["element"]: row for row in rows(reading, "elements")}
    assert len(elements) == len(told["dataElements"])
    assert elements["KHxHKHKk4zC"]["name_fr"] == "PEV - SAB 0.05 ml émis"
    options = {row["option"]: row["name_fr"] for row in rows(reading, "options")}
    assert options["JKuWbG5bWAu"] == "<1 an"
    forms = {row["dataset"] for row in rows(reading, "datasets")}
    assert forms == {form["id"] for form in told["dataSets"]}


@pytest.mark.parametrize(
    "content",
    [
        {"organisationUnits": []},
        {"system": {}, "indicators": [{"id": "a"}], "maps": []},
    ],
)
def test_a_file_of_other_things_says_that_nothing_was_read(tmp_path, content):
    reading = read(json_file(tmp_path, content))
    assert reading.tables == {}
    assert "nothing_read" in rules(reading)


# Analytics ---------------------------------------------------------------------------


def answer(names, content, **meta):
    return {
        "headers": [{"name": name, "column": name} for name in names],
        "metaData": {"dimensions": {}, "items": {}, **meta},
        "rows": content,
        "width": len(names),
        "height": len(content),
    }


def test_analytics_are_totals_with_names(tmp_path):
    items = {BCG: {"name": "BCG doses given"}, NGELEHUN: {"name": "Ngelehun CHC"}}
    content = answer(
        ["dx", "ou", "pe", "value"], [[BCG, NGELEHUN, "202401", "12.0"]], items=items
    )
    reading = read(json_file(tmp_path, content))
    assert reading.aggregate
    found = rows(reading)[0]
    assert (found["element"], found["value"], found["option"]) == (BCG, 12.0, None)
    assert rows(reading, "elements")[0]["name"] == "BCG doses given"
    assert rows(reading, "units")[0]["name"] == "Ngelehun CHC"


def test_an_operand_is_an_element_and_an_option(tmp_path):
    content = answer(
        ["dx", "pe", "ou", "value"], [[f"{BCG}.{FIXED}", "2024Q1", NGELEHUN, 5]]
    )
    found = rows(read(json_file(tmp_path, content)))[0]
    assert (found["element"], found["option"], found["period"]) == (BCG, FIXED, 202421)


def test_a_filter_of_one_item_holds_for_every_row(tmp_path):
    content = answer(["dx", "ou", "value"], [[BCG, NGELEHUN, "3"]])
    content["metaData"]["dimensions"] = {"pe": ["202402"]}
    assert rows(read(json_file(tmp_path, content)))[0]["period"] == 202402
    old = answer(["dx", "ou", "value"], [[BCG, NGELEHUN, "3"]])
    old["metaData"] = {"names": {BCG: "BCG"}, "pe": ["202403"]}
    found = read(json_file(tmp_path, old, name="old.json"))
    assert rows(found)[0]["period"] == 202403
    assert rows(found, "elements")[0]["name"] == "BCG"


def test_a_filter_of_several_items_is_refused(tmp_path):
    content = answer(["dx", "ou", "value"], [[BCG, NGELEHUN, "3"]])
    content["metaData"]["dimensions"] = {"pe": ["202402", "202403"]}
    found = refusal(json_file(tmp_path, content))
    assert (found.code, found.values["name"]) == ("analytics_filter", "pe")


def test_reporting_rates_are_reports(tmp_path):
    form, place, month = "vI4ihClxSm4", NGELEHUN, "202401"
    content = answer(
        ["dx", "ou", "pe", "value"],
        [
            [f"{form}.REPORTING_RATE", place, month, "85.7"],
            [f"{form}.ACTUAL_REPORTS", place, month, "6"],
            [f"{form}.EXPECTED_REPORTS", place, month, "7"],
            [f"{form}.ACTUAL_REPORTS_ON_TIME", place, month, "0"],
            [f"{form}.REPORTING_RATE_ON_TIME", place, month, "0"],
        ],
    )
    reading = read(json_file(tmp_path, content))
    assert "values" not in reading.tables
    found = rows(reading, "reports")
    assert len(found) == 1
    numbers = [found[0][n] for n in ("expected", "received", "on_time", "rate")]
    assert numbers == [7.0, 6.0, 0.0, 85.7]


def test_indicators_are_left_out_and_told(tmp_path):
    items = {
        "Uvn6LCg7dVU": {"name": "ANC coverage", "dimensionItemType": "INDICATOR"},
        BCG: {"name": "BCG", "dimensionItemType": "DATA_ELEMENT"},
    }
    content = answer(
        ["dx", "ou", "pe", "value"],
        [["Uvn6LCg7dVU", NGELEHUN, "2024", "93.1"], [BCG, NGELEHUN, "2024", "40"]],
        items=items,
    )
    reading = read(json_file(tmp_path, content))
    assert [row["element"] for row in rows(reading)] == [BCG]
    found = rules(reading)["analytics_indicator"]
    assert (found.params["name"], found.params["count"]) == ("ANC coverage", 1)


def test_raw_data_are_no_totals(tmp_path):
    names = ["dx", "ou", "pe", "pestartdate", "peenddate", "value"]
    content = answer(
        names, [[BCG, NGELEHUN, "202401", "2024-01-01", "2024-01-31", "3"]]
    )
    assert not read(json_file(tmp_path, content)).aggregate


def test_an_answer_without_values_is_refused(tmp_path):
    content = answer(["dx", "ou", "pe"], [[BCG, NGELEHUN, "202401"]])
    found = refusal(json_file(tmp_path, content))
    assert (found.code, found.values["name"]) == ("analytics_without", "value")


@pytest.mark.parametrize(
    "content",
    ['{"type": "FeatureCollection", "features": [{"properties": {"name": "x"}}]}',
     '{"a": 1}', "[1, 2]", "[]", "place_id,name,level,parent_id\nx,y,z,",
     "id,name\n1,2"],
)  # fmt: skip
def test_files_of_others_are_left_to_others(tmp_path, content):
    path = tmp_path / "file.json"
    path.write_text(content)
    assert dhis2.recognise(head("file.json", path)) is None
