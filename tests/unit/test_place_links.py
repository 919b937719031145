"""Which place a file's text means: identifiers, names, paths, near spellings."""

import pathlib

import pyarrow as pa
import pytest
import yaml

import boloci
from boloci.links import LINKS, TOLD, link
from boloci.places import grow
from boloci.tables import SNAPSHOT

COUNTRY = (
    ("ML", "Mali", "country", None),
    ("SIK", "Sikasso", "region", "ML"),
    ("SEG", "Ségou", "region", "ML"),
    ("dSIK", "Sikasso", "district", "SIK"),
    ("dBOU", "Bougouni", "district", "SIK"),
    ("dKOU", "Koutiala", "district", "SIK"),
    ("dYOR", "Yorosso", "district", "SIK"),
    ("dNIO", "Niono", "district", "SEG"),
    ("aBE", "Bougouni Est", "area", "dBOU"),
    ("aBO", "Bougouni Ouest", "area", "dBOU"),
    ("aKOL", "Kologo", "area", "dBOU"),
    ("aHAM", "Hamdallaye", "area", "dKOU"),
    ("aHAM2", "Hamdallaye", "area", "dYOR"),
    ("aNDE", "N'Debougou", "area", "dNIO"),
    ("aKOU", "Kourounikoto", "area", "dNIO"),
)


@pytest.fixture(scope="module")
def tree():
    columns = ("place_id", "name", "level", "parent_id")
    rows = [dict(zip(columns, row, strict=True)) for row in COUNTRY]
    rows[10]["aliases"] = "Kologo CSCOM|Kologho 2"
    return grow(pa.Table.from_pylist(rows, schema=SNAPSHOT["places"]))


def asked(*texts):
    return pa.table({"text": list(texts), "rows": [10] * len(texts)})


def targets(tree, *texts):
    """{text: (target, how)} of the links."""
    links, _ = link(asked(*texts), tree)
    return {r["text"]: (r["target"], r["how"]) for r in links.to_pylist()}


def rules(tree, *texts):
    return [finding.rule for finding in link(asked(*texts), tree)[1]]


@pytest.mark.parametrize(
    ("text", "target", "how"),
    [
        ("aKOL", "aKOL", "id"),
        (" aKOL ", "aKOL", "id"),
        ("NDEBOUGOU", "aNDE", "name"),
        ("bougouni  ouest", "aBO", "name"),
        ("kologo cscom", "aKOL", "alias"),
        ("Sikasso / Bougouni / Kologo", "aKOL", "path"),
        ("Yorosso / HAMDALLAYE", "aHAM2", "path"),
        ("KOUROUNINKOTO", "aKOU", "near"),
        ("Segou / Niono / Kourouninkoto", "aKOU", "near"),
        ("Yorosso / Hamdalaye", "aHAM2", "sound"),
    ],
)
def test_a_text_is_linked_to_the_place_it_surely_means(tree, text, target, how):
    assert targets(tree, text) == {text: (target, how)}


def test_the_links_are_a_table_in_the_order_of_the_texts(tree):
    links, _ = link(asked("aKOL", "Nulle Part", "Bougouni Est"), tree)
    assert links.schema == LINKS
    assert links["text"].to_pylist() == ["aKOL", "Bougouni Est"]
    assert links["kind"].unique().to_pylist() == ["place"]


def test_bougouni_est_never_becomes_bougouni_ouest(tree):
    pruned = [row for row in COUNTRY if row[0] != "aBE"]
    columns = ("place_id", "name", "level", "parent_id")
    rows = [dict(zip(columns, row, strict=True)) for row in pruned]
    only_ouest = grow(pa.Table.from_pylist(rows, schema=SNAPSHOT["places"]))
    text = "Bougouni / Bougouni Est"
    assert targets(only_ouest, text, "Bougouni Est") == {}
    assert rules(only_ouest, text) == ["unknown_place"]


def test_an_unknown_place_is_a_finding_with_its_rows_and_the_closest_places(tree):
    links, findings = link(asked("Bougouni Sud"), tree)
    assert links.num_rows == 0
    assert [finding.rule for finding in findings] == ["unknown_place"]
    params = findings[0].params
    assert (params["text"], params["count"]) == ("Bougouni Sud", 10)
    assert "Bougouni Est (aBE)" in params["closest"]
    assert findings[0].value == 10


def test_an_unknown_identifier_has_no_closest_place(tree):
    _, findings = link(asked("ImspTQPwCqd"), tree)
    assert findings[0].params["closest"] == "—"


def test_a_name_of_two_places_of_one_level_is_ambiguous_with_both_paths(tree):
    links, findings = link(asked("Hamdallaye"), tree)
    assert links.num_rows == 0
    assert [finding.rule for finding in findings] == ["ambiguous_place"]
    candidates = findings[0].params["candidates"]
    assert "Mali / Sikasso / Koutiala / Hamdallaye (aHAM)" in candidates
    assert "Mali / Sikasso / Yorosso / Hamdallaye (aHAM2)" in candidates


def test_a_name_of_several_levels_alone_means_the_highest_and_says_so(tree):
    assert targets(tree, "Sikasso") == {"Sikasso": ("SIK", "level")}
    assert rules(tree, "Sikasso") == ["place_level_chosen"]


def test_among_districts_a_name_of_several_levels_means_the_district(tree):
    found = targets(tree, "Sikasso", "Koutiala", "Yorosso", "Niono", "Bougouni")
    assert found["Sikasso"] == ("dSIK", "level")


def test_a_near_spelling_is_told(tree):
    _, findings = link(asked("KOUROUNINKOTO"), tree)
    assert [(f.rule, f.severity) for f in findings] == [("place_matched", "info")]
    assert findings[0].params["place"] == "Kourounikoto"


def test_many_unknown_places_are_told_one_by_one_and_then_together(tree):
    texts = [f"Village {number}" for number in range(TOLD + 30)]
    _, findings = link(asked(*texts), tree)
    told = [finding.rule for finding in findings]
    assert told == ["unknown_place"] * TOLD + ["unknown_places"]
    assert findings[-1].params["places"] == 30
    assert findings[-1].params["count"] == 300


def test_no_texts_and_no_tree_are_no_trouble(tree):
    assert link(asked(), tree)[1] == []
    empty = grow(SNAPSHOT["places"].empty_table())
    assert rules(empty, "Kologo") == ["unknown_place"]


def test_every_finding_has_its_sentences_with_its_own_placeholders(tree):
    folder = pathlib.Path(boloci.__path__[0])
    text = (folder / "catalogue/rules/places.yaml").read_text(encoding="utf-8")
    sentences = yaml.safe_load(text)
    many = [f"Village {number}" for number in range(TOLD + 1)]
    texts = ("Sikasso", "Hamdallaye", "KOUROUNINKOTO", *many)
    seen = set()
    for finding in link(asked(*texts), tree)[1]:
        seen.add(finding.rule)
        for words in (sentences[finding.rule], sentences[finding.rule]["action"]):
            for language in ("fr", "en"):
                assert words[language].format(**finding.params)
    assert len(seen) == 5
