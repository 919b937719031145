"""Published facts: one line says which file counts; files never change."""

import json

import pytest

from boloci import pipeline
from boloci.lake import builds
from boloci.problems import Refused
from tests.spec.small_country import Country, country

PLACES = "place_id name level parent_id\nD North district .\nA Aa area D"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Built once."""
    return country(
        tmp_path_factory.mktemp("builds") / "w",
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 10",
    )


def folder(told):
    return builds.folder(told.workspace.lake, "boloci")


def test_current_names_the_last_build(told):
    assert builds.current(folder(told)) == builds.names(folder(told))[-1]


def test_a_manifest_says_what_a_build_was_made_from(told):
    name = builds.current(folder(told))
    manifest = json.loads((folder(told) / f"{name}.json").read_text())
    assert manifest["build"] == name
    assert len(manifest["snapshots"]) == 1
    assert manifest["catalogue"] == told.workspace.catalogue.hash
    assert manifest["profile"] == "boloci"


def test_a_reader_goes_on_with_the_build_it_asks_for(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 10",
    )
    first = builds.current(folder(told))
    told.bring(values="element place_id period value\nDTP1 A 202401 12")
    assert told.value("dtp1_doses", "A", "202401") == 10
    told.build()
    assert told.value("dtp1_doses", "A", "202401") == 12
    assert told.value("dtp1_doses", "A", "202401", build=first) == 10


def test_nothing_is_built_from_nothing(tmp_path):
    told = country(tmp_path / "w")
    with pytest.raises(Refused) as refused:
        pipeline.build(told.workspace)
    assert refused.value.problems[0].code == "nothing_imported"


def test_an_unknown_profile_is_refused(told):
    with pytest.raises(Refused) as refused:
        told.build("nonsense")
    assert refused.value.problems[0].code == "unknown_profile"


def test_a_build_that_fails_leaves_the_old_facts_published(told, monkeypatch):
    before = builds.current(folder(told))

    def fails(*_words, **_named):
        raise RuntimeError

    monkeypatch.setattr("boloci.pipeline.publishing.finish", fails)
    with pytest.raises(RuntimeError):
        told.build()
    assert builds.current(folder(told)) == before
    assert told.value("dtp1_doses", "A", "202401") == 10


def test_a_sound_build_verifies(told):
    assert builds.verify(told.workspace.lake) == []


def made(tmp_path, *names):
    """Stand-ins for finished builds, published one after the other."""
    place = tmp_path / "facts" / "boloci"
    place.mkdir(parents=True)
    for name in names:
        staging = place / "staging"
        staging.mkdir()
        (staging / f"{name}.json").write_text("{}")
        (staging / f"{name}.duckdb").write_text(name)
        builds.publish(place, staging, name)
    return place


def test_the_last_three_builds_are_kept(tmp_path):
    place = made(tmp_path, *(f"00000{n}-2024-01-01" for n in range(1, 6)))
    assert builds.names(place) == [f"00000{n}-2024-01-01" for n in (3, 4, 5)]
    assert sorted(p.stem for p in place.glob("*.json")) == builds.names(place)


def test_a_pinned_build_is_kept(tmp_path):
    place = made(tmp_path, "000001-2024-01-01")
    (place / builds.PINS).write_text(json.dumps(["000001-2024-01-01"]))
    for number in range(2, 7):
        name = f"00000{number}-2024-01-01"
        staging = place / "staging"
        staging.mkdir()
        (staging / f"{name}.json").write_text("{}")
        (staging / f"{name}.duckdb").write_text(name)
        builds.publish(place, staging, name)
    assert builds.names(place)[0] == "000001-2024-01-01"
    assert len(builds.names(place)) == 4


def test_a_name_is_never_used_again(tmp_path):
    place = made(tmp_path, *(f"00000{n}-2024-01-01" for n in range(1, 6)))
    assert builds.next_name(place).startswith("000006-")


def test_verify_finds_a_build_that_is_lost(tmp_path):
    place = made(tmp_path, "000001-2024-01-01")
    (place / "000001-2024-01-01.duckdb").unlink()
    assert [p.code for p in builds.verify(tmp_path)] == ["build_lost"]


def test_verify_finds_a_build_that_is_damaged(tmp_path):
    made(tmp_path, "000001-2024-01-01")
    assert [p.code for p in builds.verify(tmp_path)] == ["build_damaged"]
