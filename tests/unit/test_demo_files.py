"""The files of the synthetic country: formats, determinism, and the answer key."""

import csv
import gzip
import hashlib
import json

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml
from demo_countries import SEED, SMALL, small

from boloci import demo
from boloci.demo import parameters
from boloci.problems import Refused
from boloci.tables import TIDY


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    return demo.write(folder, seed=SEED, parameters=SMALL)


def file(written, name):
    return next(path for path in written.files if path.name == name)


def rows(path):
    with path.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def test_the_same_seed_writes_the_same_bytes(written, tmp_path):
    again = demo.write(tmp_path, seed=SEED, parameters=SMALL)
    assert [p.name for p in again.files] == [p.name for p in written.files]
    everything = [
        *zip(written.files, again.files, strict=True),
        *zip(
            sorted(written.truth.iterdir()), sorted(again.truth.iterdir()), strict=True
        ),
    ]
    for one, other in everything:
        sums = [hashlib.sha256(p.read_bytes()).hexdigest() for p in (one, other)]
        assert sums[0] == sums[1], one.name


def test_another_seed_writes_other_values(written, tmp_path):
    other = demo.write(tmp_path, seed=SEED + 1, parameters=SMALL)
    one = file(written, "dataValues.csv.gz").read_bytes()
    assert file(other, "dataValues.csv.gz").read_bytes() != one


def test_the_answer_key_is_not_among_the_files_to_import(written):
    assert written.truth.is_dir()
    assert not [path for path in written.files if written.truth in path.parents]


def test_values_have_the_header_and_identifiers_of_dhis2(written):
    with gzip.open(file(written, "dataValues.csv.gz"), "rt", encoding="utf-8") as text:
        reader = csv.reader(text)
        header, first = next(reader), next(reader)
    assert header == [
        "dataelement", "period", "orgunit", "categoryoptioncombo",
        "attributeoptioncombo", "value", "storedby", "lastupdated", "comment",
        "followup", "deleted",
    ]  # fmt: skip
    assert all(len(uid) == 11 and uid[0].isalpha() for uid in (first[0], first[2]))
    assert first[4] == "HllvX50cXC0"


def test_every_identifier_in_the_values_is_in_the_metadata(written):
    known = {}
    for name in ("organisationUnits", "dataElements", "categoryOptionCombos"):
        listed = json.loads(file(written, f"{name}.json").read_text(encoding="utf-8"))
        known[name] = {item["id"] for item in listed[name]}
        assert len(known[name]) == len(listed[name])
    with gzip.open(file(written, "dataValues.csv.gz"), "rt", encoding="utf-8") as text:
        values = list(csv.DictReader(text))
    assert {v["dataelement"] for v in values} == known["dataElements"]
    assert {v["orgunit"] for v in values} <= known["organisationUnits"]
    assert {v["categoryoptioncombo"] for v in values} == known["categoryOptionCombos"]
    assert len(values) == written.figures["values"]


def test_no_value_is_told_twice(written):
    path = file(written, "dataValues.csv.gz")
    key = "dataelement, period, orgunit, categoryoptioncombo"
    query = f"SELECT count(*), count(DISTINCT ({key})) FROM '{path}'"
    ((total, different),) = duckdb.sql(query).fetchall()
    assert total == different


def test_reported_doses_are_those_of_the_answer_key(written):
    key = pq.read_table(written.truth / "doses.parquet")
    told = key.filter(key["reported"].is_valid()).to_pylist()
    expected = {
        (r["place_id"], r["period"]): r["reported"]
        for r in told
        if r["element"] == "DTP1"
    }
    elements = json.loads(file(written, "dataElements.json").read_text())
    options = json.loads(file(written, "categoryOptionCombos.json").read_text())
    uid = next(
        e["id"]
        for e in elements["dataElements"]
        if e["name"] == "EPI - DPT-HepB-HIB 1 doses administered"
    )
    young = {o["id"] for o in options["categoryOptionCombos"] if "<1 year" in o["name"]}
    found: dict[tuple[str, str], int] = {}
    with gzip.open(file(written, "dataValues.csv.gz"), "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            if row["dataelement"] == uid and row["categoryoptioncombo"] in young:
                where = (row["orgunit"], row["period"])
                found[where] = found.get(where, 0) + int(row["value"])
    assert found == expected


def test_reporting_rates_are_the_reports_that_are_in_the_values(written):
    rates = json.loads(file(written, "reportingRates.json").read_text())
    assert [h["name"] for h in rates["headers"]] == ["dx", "ou", "pe", "value"]
    assert rates["height"] == len(rates["rows"])
    came = {
        (unit, period)
        for what, unit, period, value in rates["rows"]
        if what.endswith(".ACTUAL_REPORTS") and float(value) == 1
    }
    with gzip.open(file(written, "dataValues.csv.gz"), "rt", encoding="utf-8") as text:
        seen = {(row["orgunit"], row["period"]) for row in csv.DictReader(text)}
    assert came == seen


def test_units_name_their_parents_and_their_dates(written):
    listed = json.loads(file(written, "organisationUnits.json").read_text("utf-8"))
    units = {unit["id"]: unit for unit in listed["organisationUnits"]}
    for unit in units.values():
        path = unit["path"].strip("/").split("/")
        assert path[-1] == unit["id"]
        assert unit["level"] == len(path)
        assert unit.get("parent", {}).get("id") == (path[-2] if path[1:] else None)
        assert all(part in units for part in path)
    assert any("closedDate" in unit for unit in units.values())
    top = next(unit for unit in units.values() if unit["level"] == 1)
    assert "synthétiques" in top["name"]
    assert top["shortName"] == "Pays d'essai"


def test_a_site_is_known_under_its_other_spelling(written):
    listed = json.loads(file(written, "organisationUnits.json").read_text("utf-8"))
    site = next(u for u in listed["organisationUnits"] if u["name"] == "Bord d'Eau")
    assert site["shortName"] == "Bordeau"


def test_the_past_of_a_moved_district_is_told_in_places(written):
    (past,) = rows(file(written, "places.csv"))
    listed = json.loads(file(written, "organisationUnits.json").read_text("utf-8"))
    unit = next(u for u in listed["organisationUnits"] if u["id"] == past["place_id"])
    assert unit["openingDate"].startswith("2023-01-01")
    assert past["valid_to"] == "2022-12-31"
    assert past["parent_id"] != unit["parent"]["id"]


@pytest.mark.parametrize(
    "name",
    [
        *("targets", "groups", "measures", "goals", "sessions"),
        *("surveys", "lqas", "stock", "events", "recounts"),
    ],
)
def test_tidy_files_have_the_columns_of_their_table(written, name):
    found = rows(file(written, f"{name}.csv"))
    table = TIDY[name]
    assert set(found[0]) <= set(table.names)
    assert set(found[0]) >= set(table.required)
    keys = [tuple(row.get(part, "") for part in table.key) for row in found]
    assert len(keys) == len(set(keys))


def test_a_project_without_members_is_a_group_without_places(written):
    (project,) = [
        r for r in rows(file(written, "groups.csv")) if r["kind"] == "project"
    ]
    assert project["place_id"] == ""
    (measure,) = rows(file(written, "measures.csv"))
    assert measure["place_id"] == project["group"]
    assert (measure["numerator"], measure["denominator"]) == ("", "")


def test_stock_cards_add_up_and_go_on_from_month_to_month(written):
    last: dict[tuple[str, str], int] = {}
    for row in rows(file(written, "stock.csv")):
        number = {name: int(row[name]) for name in list(row)[3:]}
        spent = number["issued"] + number["lost"] + number["closing"]
        assert number["opening"] + number["received"] == spent
        assert min(number.values()) >= 0
        where = (row["product"], row["place_id"])
        assert number["opening"] == last.get(where, number["opening"])
        last[where] = number["closing"]
        if number["stockout_days"]:
            assert number["closing"] == 0


def test_surveys_are_near_the_truth_and_inside_their_own_interval(written):
    found = rows(file(written, "surveys.csv"))
    truth = small().truth
    whole = truth.reached["DTP1"].sum() / truth.due["DTP1"].sum()
    for row in found:
        low, middle, high = (float(row[n]) for n in ("lower", "estimate", "upper"))
        assert 0 < low < middle < high < 1
    top = small().country.uid
    (country,) = [
        float(r["estimate"])
        for r in found
        if (r["indicator"], r["place_id"], r["sex"]) == ("dtp1_coverage", top, "")
    ]
    assert country == pytest.approx(whole, abs=0.08)


def test_a_lot_is_taken_in_every_district(written):
    found = rows(file(written, "lqas.csv"))
    assert len(found) == len(small().country.districts)
    assert all(0 <= int(row["vaccinated"]) <= int(row["sample"]) for row in found)


def test_the_key_names_every_fault_by_its_place(written):
    found = rows(written.truth / "faults.csv")
    units = {area.uid for area in small().country.areas}
    assert {row["place_id"] for row in found} <= units
    assert len(found) == sum(written.figures["faults"].values())
    assert all(row["start"] <= row["end"] for row in found)


def test_true_coverage_is_children_reached_of_children_due(written):
    table = pq.read_table(written.truth / "coverage.parquet")
    share = table["reached"].to_numpy() / table["due"].to_numpy()
    assert (share == table["coverage"].to_numpy()).all()
    assert share.max() <= 1
    due = small().truth.due["DTP1"].sum()
    own = table.filter([code == "DTP1" for code in table["antigen"].to_pylist()])
    assert own["due"].to_numpy().sum() == due


WRONG = {
    "first_month: 202201": ("first_month: 202507", "first_month"),
    "last_month: 202406": ("last_month: 202413", "last_month"),
    "district: Nommé": ("district: Ailleurs", "Ailleurs"),
    "infant_mortality: 0.06": ("infant_mortality: élevée", "infant_mortality"),
    "dtp1: [0.8, 0.85]": ("dtp1: [80, 85]", "coverage.dtp1"),
    "areas: 20": ("areas: 2", "Colline"),
    "typing:": ("tapping:", "tapping"),
    "regions: [Colline]}": ("regions: [Colina]}", "Colina"),
}


@pytest.mark.parametrize("change", WRONG)
def test_a_wrong_parameter_file_is_refused_with_the_key(tmp_path, change):
    wrong, reason = WRONG[change]
    path = tmp_path / "country.yaml"
    text = SMALL.read_text(encoding="utf-8").replace(change, wrong)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        parameters.load(path)
    (problem,) = refused.value.problems
    assert problem.code == "demo_parameters"
    assert reason in problem.values["reason"]


def test_a_missing_parameter_file_is_refused(tmp_path):
    with pytest.raises(Refused):
        parameters.load(tmp_path / "none.yaml")


def bare(tmp_path, **changed):
    """The small country with some sections replaced, and no named places."""
    content = yaml.safe_load(SMALL.read_text(encoding="utf-8"))
    optional = (
        *("real_districts", "sites", "stock", "surveys", "lqas", "recounts"),
        *("groups", "measures", "goals", "changes"),
    )
    kept = {key: part for key, part in content.items() if key not in optional}
    path = tmp_path / "bare.yaml"
    path.write_text(yaml.safe_dump({**kept, **changed}), encoding="utf-8")
    return path


def test_a_country_without_names_faults_or_other_sources_is_one_too(tmp_path):
    written = demo.write(tmp_path, parameters=bare(tmp_path, faults={}))
    assert written.figures["faults"] == {}
    assert {path.name for path in written.files} == {
        *("organisationUnits.json", "organisationUnitLevels.json"),
        *("dataElements.json", "categoryOptionCombos.json", "dataSets.json"),
        *("dataValues.csv.gz", "reportingRates.json", "targets.csv", "sessions.csv"),
    }


def test_a_single_area_is_a_country_too(tmp_path):
    alone = {
        **{"name": "Seule", "code": "SEU", "districts": 1, "areas": 1, "infants": 600},
        **{"latitude": 10.0, "longitude": 1.0, "spread": 0.1},
    }
    path = bare(tmp_path, faults={}, regions=[alone])
    written = demo.write(tmp_path, parameters=path)
    assert written.figures["areas"] == 1
    assert written.figures["values"] > 100
