"""Groups of a country's catalogue, found in the tree that was imported."""

import datetime

import pyarrow as pa

from boloci.catalogue.definitions import Group, Member
from boloci.pipeline.country_groups import of_country
from boloci.places import grow
from boloci.tables import SNAPSHOT

NO_GROUPS = SNAPSHOT["groups"].empty_table()


def tree(*named):
    rows = [
        {"place_id": id_, "name": name, "level": level, "parent_id": None}
        for id_, name, level in named
    ]
    return grow(pa.Table.from_pylist(rows, schema=SNAPSHOT["places"]))


def study(*members):
    return Group(
        name={"fr": "Étude", "en": "Study"},
        kind="study",
        members=tuple(
            Member(
                place=place,
                level="area",
                valid_from=datetime.date(2022, 11, 1),
                reason={"fr": "conflit", "en": "conflict"},
            )
            for place in members
        ),
    )


def test_a_member_is_found_by_its_name_with_its_dates_and_reason():
    groups = {"study": study("N'Débougou")}
    rows, findings = of_country(
        groups, NO_GROUPS, tree(("a1", "Ndebougou", "area")), language="fr"
    )
    assert [
        (r["place_id"], r["valid_from"], r["reason"]) for r in rows.to_pylist()
    ] == [("a1", datetime.date(2022, 11, 1), "conflit")]
    assert findings == []


def test_bougouni_est_is_not_taken_for_bougouni_ouest():
    groups = {"study": study("Boura", "Bougouni Est")}
    known = tree(("a1", "Bougouni Ouest", "area"), ("a2", "Boura", "area"))
    rows, findings = of_country(groups, NO_GROUPS, known, language="en")
    assert rows["place_id"].to_pylist() == ["a2"]
    assert [f.params["places"] for f in findings] == ["Bougouni Est"]
    assert [f.severity for f in findings] == ["info"]


def test_a_name_borne_by_two_places_is_left_to_a_person():
    known = tree(
        ("a1", "Boura", "area"), ("a2", "Boura", "area"), ("a3", "Kologo", "area")
    )
    groups = {"study": study("Boura", "Kologo")}
    rows, findings = of_country(groups, NO_GROUPS, known, language="fr")
    assert rows["place_id"].to_pylist() == ["a3"]
    assert len(findings) == 1


def test_a_group_imported_under_the_same_code_stands_as_imported():
    imported = pa.Table.from_pylist(
        [{"group": "study", "name": "x", "kind": "study", "place_id": "a9"}],
        schema=SNAPSHOT["groups"],
    )
    rows, findings = of_country(
        {"study": study("Boura")},
        imported,
        tree(("a1", "Boura", "area")),
        language="fr",
    )
    assert rows.num_rows == 0
    assert findings == []


def test_a_group_of_another_part_of_the_country_is_not_spoken_of():
    rows, findings = of_country(
        {"study": study("Boura")},
        NO_GROUPS,
        tree(("a1", "Kayes", "area")),
        language="fr",
    )
    assert rows.num_rows == 0
    assert findings == []
