"""Organisation units, their levels and groups."""

import json
from datetime import date

import pytest
from dhis2_reading import json_file, read, rows, rules

from boloci.problems import Refused
from boloci.sources.dhis2.levels import assign, claimed, places

SIERRA_LEONE, BO = "ImspTQPwCqd", "O6uvpzGd5pu"
BADJIA = {
    "id": "YuQRtpLP10I",
    "name": " Badjia ",
    "shortName": "Badj",
    "code": "OU_539",
    "level": 3,
    "path": f"/{SIERRA_LEONE}/{BO}/YuQRtpLP10I",
    "openingDate": "1970-01-01T00:00:00.000",
    "geometry": {"type": "Point", "coordinates": [-11.6, 9.5]},
    "translations": [{"locale": "fr", "property": "NAME", "value": "Badjia-ville"}],
}


@pytest.mark.parametrize(
    "content",
    [
        {"organisationUnits": [BADJIA]},
        {"pager": {"page": 1, "pageCount": 1}, "organisationUnits": [BADJIA]},
        [BADJIA],
        BADJIA,
        {
            "system": {"version": "2.40"},
            "dataElements": [],
            "organisationUnits": [BADJIA],
        },
    ],
)
def test_units_are_read_from_every_envelope(tmp_path, content):
    found = rows(read(json_file(tmp_path, content)), "units")
    assert [(u["place_id"], u["name"], u["parent"]) for u in found] == [
        ("YuQRtpLP10I", "Badjia", BO)
    ]
    assert (found[0]["latitude"], found[0]["longitude"]) == (9.5, -11.6)
    assert (found[0]["depth"], found[0]["name_fr"]) == (3, "Badjia-ville")


def test_the_parent_may_be_an_object_an_identifier_or_the_path(tmp_path):
    path = f"/{SIERRA_LEONE}/{BO}/x"
    units = [
        {"id": "a", "name": "A", "parent": {"id": BO}, "path": path},
        {"id": "b", "name": "B", "parent": BO},
        {"id": "x", "name": "C", "path": path},
        {"id": SIERRA_LEONE, "name": "SL", "path": f"/{SIERRA_LEONE}"},
    ]
    found = rows(read(json_file(tmp_path, units)), "units")
    assert [unit["parent"] for unit in found] == [BO, BO, BO, None]


def test_a_name_may_be_only_a_display_name(tmp_path):
    units = {"organisationUnits": [{"id": "a", "displayName": "Kayes"}]}
    assert rows(read(json_file(tmp_path, units)), "units")[0]["name"] == "Kayes"


def test_old_coordinates_are_read(tmp_path):
    unit = {**BADJIA, "geometry": None, "featureType": "POINT"}
    unit["coordinates"] = "[-11.5,8.4]"
    found = rows(read(json_file(tmp_path, [unit])), "units")[0]
    assert (found["latitude"], found["longitude"]) == (8.4, -11.5)


def test_an_area_has_the_centre_of_its_largest_ring(tmp_path):
    small = [[[9, 9], [9.1, 9], [9.1, 9.1], [9, 9]]]
    large = [[[-4, 12], [-2, 12], [-2, 16], [-4, 16], [-4, 12]]]
    shape = {"type": "MultiPolygon", "coordinates": [small, large]}
    found = rows(read(json_file(tmp_path, [{**BADJIA, "geometry": shape}])), "units")
    assert (found[0]["latitude"], found[0]["longitude"]) == pytest.approx((14, -3))


@pytest.mark.parametrize("coordinates", ["[200, 8]", "[8]", "here", '["a","b"]'])
def test_coordinates_that_mean_nothing_are_a_finding(tmp_path, coordinates):
    unit = {**BADJIA, "geometry": None, "coordinates": coordinates}
    reading = read(json_file(tmp_path, [unit]))
    assert rows(reading, "units")[0]["latitude"] is None
    assert rules(reading)["unit_coordinates_unread"].params["text"] == coordinates


def test_an_unread_date_is_a_finding_and_stays_blank(tmp_path):
    reading = read(json_file(tmp_path, [{**BADJIA, "closedDate": "soon"}]))
    assert rows(reading, "units")[0]["closed"] is None
    assert rules(reading)["unit_date_unread"].params["rows"] == [1]


def test_geojson_is_read(tmp_path):
    feature = {
        "type": "Feature",
        "id": BO,
        "geometry": {"type": "Point", "coordinates": [-11.7, 7.9]},
        "properties": {
            "code": "OU_264",
            "name": "Bo",
            "level": "2",
            "parent": SIERRA_LEONE,
            "parentGraph": SIERRA_LEONE,
            "groups": ["w1Atoz18PCL"],
        },
    }
    content = {"type": "FeatureCollection", "features": [feature]}
    reading = read(json_file(tmp_path, content, name="units.geojson"))
    found = rows(reading, "units")[0]
    assert (found["place_id"], found["depth"], found["parent"]) == (BO, 2, SIERRA_LEONE)
    assert found["path"] == f"/{SIERRA_LEONE}/{BO}"
    assert rows(reading, "groups")[0]["group"] == "w1Atoz18PCL"


def test_one_page_of_a_list_says_so(tmp_path):
    content = {
        "pager": {"page": 1, "pageCount": 27, "total": 1332},
        "organisationUnits": [BADJIA],
    }
    found = rules(read(json_file(tmp_path, content)))["one_page_of_many"]
    assert (found.params["pages"], found.params["total"]) == (27, 1332)


def test_a_unit_without_identifier_is_counted(tmp_path):
    content = {"organisationUnits": [BADJIA, {"name": "Nowhere", "level": 4}]}
    reading = read(json_file(tmp_path, content))
    assert len(rows(reading, "units")) == 1
    assert rules(reading)["record_without_id"].params["row"] == 2


def test_groups_come_from_groups_and_from_units_once(tmp_path):
    content = {
        "organisationUnits": [
            {**BADJIA, "organisationUnitGroups": [{"id": "g1"}, {"id": "g2"}]}
        ],
        "organisationUnitGroups": [
            {"id": "g1", "name": "CHC ", "organisationUnits": [{"id": BADJIA["id"]}]},
            {"id": "g3", "name": "Empty", "organisationUnits": []},
        ],
        "organisationUnitGroupSets": [
            {"id": "s1", "name": "Type", "organisationUnitGroups": [{"id": "g1"}]}
        ],
    }
    found = rows(read(json_file(tmp_path, content)), "groups")
    assert [(g["group"], g["name"], g["place_id"], g["reason"]) for g in found] == [
        ("g1", "CHC", BADJIA["id"], "Type"),
        ("g3", "Empty", None, None),
        ("g2", None, BADJIA["id"], None),
    ]


def test_units_with_a_name_and_a_level_only_are_told_from_levels(tmp_path):
    content = [{"id": "a", "name": "Mali", "level": 1}]
    units = read(json_file(tmp_path, content, name="organisationUnits.json"))
    levels = read(json_file(tmp_path, content, name="organisationUnitLevels.json"))
    assert rows(units, "units")[0]["name"] == "Mali"
    assert rows(levels, "unit_levels")[0]["name"] == "Mali"


def test_units_come_from_csv(tmp_path):
    path = tmp_path / "organisationUnits.csv"
    path.write_text(
        "name,uid,code,parent,shortName,openingDate\n"
        f'"Badjia, rural",YuQRtpLP10I,OU_539,{BO},Badjia,2015-02-03\n'
    )
    found = rows(read(path), "units")[0]
    assert (found["name"], found["parent"]) == ("Badjia, rural", BO)
    assert found["opening"] == date(2015, 2, 3)


def test_units_cut_short_are_refused(tmp_path):
    path = json_file(tmp_path, {"organisationUnits": [BADJIA]})
    path.write_text(path.read_text()[:-9])
    with pytest.raises(Refused) as raised:
        read(path)
    assert raised.value.problems[0].code == "file_truncated"


def test_a_wrong_type_names_its_place_in_the_file(tmp_path):
    path = json_file(tmp_path, {"organisationUnits": [BADJIA, {"id": "a", "name": []}]})
    with pytest.raises(Refused) as raised:
        read(path)
    problem = raised.value.problems[0]
    assert problem.code == "json_unexpected"
    assert problem.where.column == "$.organisationUnits[1].name"


def test_real_units_are_read(tmp_path, shared):
    real = shared("data/dhis2_api/organisation_units.json")
    path = tmp_path / real.name
    path.write_bytes(real.read_bytes())
    told = json.loads(path.read_text())["organisationUnits"]
    found = rows(read(path), "units")
    assert [unit["place_id"] for unit in found] == [unit["id"] for unit in told]
    assert {unit["parent"] for unit in found} == {u["parent"]["id"] for u in told}


# From units to places ---------------------------------------------------------------


def tree(tmp_path, units, names=None):
    reading = read(json_file(tmp_path, units, name="organisationUnits.json"))
    levels = None
    if names:
        content = [
            {"id": f"l{depth}", "name": name, "level": depth}
            for depth, name in enumerate(names, 1)
        ]
        path = json_file(tmp_path, content, name="organisationUnitLevels.json")
        levels = read(path).tables["unit_levels"]
    table, findings = places(reading.tables["units"], levels)
    return table.to_pylist(), findings


FIVE = "country region district area facility"


@pytest.mark.parametrize(
    ("names", "levels"),
    [
        ("National District Chiefdom Facility", "country district area facility"),
        ("Pays Région District", "country region district"),
        ("Pays Province Zone_de_santé Aire_de_santé FOSA", FIVE),
        ("National County Sub-county Ward Facility", FIVE),
        ("National County Sub-county", "country district area"),
        ("Pays Région District_sanitaire CSCOM", "country region district facility"),
        ("Pays Région Cercle Commune CSCOM", FIVE),
        ("Federal Region Zone Woreda Health_Post", FIVE),
    ],
)
def test_the_names_of_levels_tell_what_they_are(names, levels):
    told = {d: name.replace("_", " ") for d, name in enumerate(names.split(), 1)}
    found, assumed = assign(told, told)
    assert [found[depth] for depth in told] == levels.split()
    if "Federal" not in names:
        assert assumed == []


def test_without_names_the_depth_is_taken_and_told():
    found, assumed = assign([1, 2, 3, 4], {})
    assert list(found.values()) == ["country", "region", "district", "facility"]
    assert assumed == [1, 2, 3, 4]


def test_a_sub_county_is_no_county():
    assert claimed("Sub County") == ("area", "district")
    assert claimed("Les districts sanitaires") == ("district",)
    assert claimed("Niveau 3") == ()


def test_a_place_carries_dates_names_and_level(tmp_path):
    unit = {
        **BADJIA,
        "openingDate": "2012-03-01",
        "closedDate": "2020-06-30T00:00:00.000",
    }
    found, findings = tree(
        tmp_path, [unit], ["National", "District", "Chiefdom", "Facility"]
    )
    assert findings == []
    assert found[0]["level"] == "area"
    assert found[0]["parent_id"] == BO
    assert found[0]["aliases"] == "Badj|OU_539|Badjia-ville"
    assert (found[0]["valid_from"], found[0]["valid_to"]) == (
        date(2012, 3, 1),
        date(2020, 6, 30),
    )


def test_an_opening_date_that_servers_invent_means_always(tmp_path):
    assert tree(tmp_path, [BADJIA])[0][0]["valid_from"] is None


def test_one_district_alone_keeps_its_depth(tmp_path):
    units = [
        {"id": "d", "name": "Bo", "level": 3, "parent": {"id": "absent"}},
        {"id": "f", "name": "Bo CHC", "level": 4, "parent": {"id": "d"}},
    ]
    found, findings = tree(tmp_path, units)
    assert [place["level"] for place in found] == ["district", "facility"]
    assert findings[0].rule == "levels_assumed"
    assert findings[0].params["levels"] == "3 → district, 4 → facility"


def test_depth_is_counted_from_the_top_where_it_is_not_told(tmp_path):
    units = [
        {"id": "f", "name": "CSCOM", "parent": {"id": "d"}},
        {"id": "d", "name": "Kati", "parent": {"id": "c"}},
        {"id": "c", "name": "Mali", "parent": None},
    ]
    found, _ = tree(tmp_path, units, ["Pays", "District", "CSCOM"])
    assert [place["level"] for place in found] == ["facility", "district", "country"]


def test_a_unit_that_hangs_nowhere_has_no_level(tmp_path):
    units = [{"id": "f", "name": "CSCOM", "parent": {"id": "absent"}}]
    found, findings = tree(tmp_path, units)
    assert found[0]["level"] is None
    assert [finding.rule for finding in findings] == ["unit_depth_unknown"]


def test_units_in_a_circle_do_not_hang_the_reader(tmp_path):
    units = [
        {"id": "a", "name": "A", "parent": {"id": "b"}},
        {"id": "b", "name": "B", "parent": {"id": "a"}},
    ]
    assert [place["level"] for place in tree(tmp_path, units)[0]] == [None, None]
