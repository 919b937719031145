"""The health tree: dates, ways up, groups, finding a place, and doubts."""

import datetime
import pathlib
from collections import Counter

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import boloci
from boloci import periods
from boloci.places import grow, reported_while_closed, together
from boloci.problems import Refused
from boloci.tables import SNAPSHOT


def day(text):
    return datetime.date.fromisoformat(text) if text else None


def places(text):
    """Rows `id level parent from to name`; `-` is blank, `_` in a name a space."""
    rows = []
    for number, line in enumerate(text.strip().splitlines(), 2):
        parts = [None if p == "-" else p for p in line.split()]
        id_, level, parent, first, last, name = (parts + [None] * 6)[:6]
        rows.append(
            {
                "place_id": id_,
                "name": (name or id_).replace("_", " "),
                "level": level,
                "parent_id": parent,
                "valid_from": day(first),
                "valid_to": day(last),
                "row": number,
            }
        )
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["places"])


def groups(text):
    """Rows `group place from to`."""
    rows = []
    for line in text.strip().splitlines():
        parts = [None if p == "-" else p for p in line.split()]
        group, place, first, last = (parts + [None] * 4)[:4]
        row = {"group": group, "name": f"Group {group}", "kind": "programme"}
        row |= {"place_id": place, "valid_from": day(first), "valid_to": day(last)}
        rows.append(row)
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["groups"])


COUNTRY = """
ML  country  -
SIK region   ML   -  -  Sikasso
SEG region   ML   -  -  Ségou
BOU district SIK  -  -  Bougouni
NIO district SEG  -  -  Niono
BE  area     BOU  -  -  Bougouni_Est
BO  area     BOU  -  -  Bougouni_Ouest
KOL area     BOU  -  -  Kologo
ND  area     NIO  -  -  N'Debougou
"""


def belongs(tree):
    """Membership as {(place, ancestor): [(first, last), ...]} of identifiers."""
    found = {}
    ids = {place.key: place.id for place in tree.places}
    for row in tree.membership().to_pylist():
        pair = ids[row["place_key"]], ids[row["ancestor_key"]]
        found.setdefault(pair, []).append((row["first_month"], row["last_month"]))
    return found


def rules(tree):
    return sorted(finding.rule for finding in tree.findings)


def ids(found):
    return [place.id for place in found]


def test_dimension_has_a_row_a_place_with_its_path_from_the_top():
    table = grow(places(COUNTRY)).dimension()
    row = next(r for r in table.to_pylist() if r["place_id"] == "KOL")
    assert row["path"] == "/ML/SIK/BOU/KOL"
    assert (row["level"], row["parent_id"], row["name"]) == ("area", "BOU", "Kologo")
    assert table.num_rows == 9


def test_keys_follow_level_then_path_whatever_the_order_of_the_rows():
    table = places(COUNTRY)
    backwards = table.take(list(range(table.num_rows))[::-1])
    assert grow(table).dimension().equals(grow(backwards).dimension())
    assert ids(grow(table).places)[:3] == ["ML", "SEG", "SIK"]


def test_a_place_adds_to_itself_and_every_ancestor_for_all_time():
    found = belongs(grow(places(COUNTRY)))
    above = {ancestor for place, ancestor in found if place == "KOL"}
    assert above == {"KOL", "BOU", "SIK", "ML"}
    assert found["KOL", "ML"] == [(190001, 219912)]


def test_a_place_that_moves_adds_to_one_parent_in_each_month():
    tree = grow(places(COUNTRY + "KOL area NIO 2021-01-01 - Kologo"))
    found = belongs(tree)
    assert found["KOL", "BOU"] == [(190001, 202012)]
    assert found["KOL", "NIO"] == [(202101, 219912)]
    assert found["KOL", "ML"] == [(190001, 219912)]
    assert tree.findings == ()


def test_a_move_in_the_middle_of_a_month_gives_the_month_to_the_new_parent():
    found = belongs(grow(places(COUNTRY + "KOL area NIO 2021-03-15 - Kologo")))
    assert found["KOL", "BOU"] == [(190001, 202102)]
    assert found["KOL", "NIO"] == [(202103, 219912)]


def test_a_district_that_moves_takes_its_areas_along():
    found = belongs(grow(places(COUNTRY + "BOU district SEG 2021-01-01")))
    assert found["KOL", "SIK"] == [(190001, 202012)]
    assert found["KOL", "SEG"] == [(202101, 219912)]
    assert found["KOL", "BOU"] == [(190001, 219912)]


def test_a_place_that_closes_keeps_the_month_it_closes_in_and_no_later_one():
    found = belongs(grow(places("A district -\nB area A 2019-05-10 2020-03-10")))
    assert found["B", "A"] == [(201905, 202003)]


def test_the_path_and_name_are_the_last_known_and_the_former_name_is_an_alias():
    tree = grow(places(COUNTRY + "KOL area NIO 2021-01-01 - Kologo_Nord"))
    place = tree.by_id["KOL"]
    assert place.path == "/ML/SEG/NIO/KOL"
    assert (place.name, place.aliases) == ("Kologo Nord", ("Kologo",))
    assert ids(tree.find("kologo")) == ["KOL"]


def test_a_child_that_outlives_its_parent_still_reaches_it_with_a_finding():
    tree = grow(places("C country -\nD district C - 2020-12-31\nA area D"))
    assert belongs(tree)["A", "C"] == [(190001, 219912)]
    assert rules(tree) == ["place_open_in_closed"]


def test_a_child_older_than_the_row_of_its_parent_reaches_it_all_the_same():
    tree = grow(places("C country -\nD district C 2015-01-01\nA area D"))
    assert belongs(tree)["A", "C"] == [(190001, 219912)]
    assert belongs(tree)["D", "C"] == [(201501, 219912)]


def test_one_district_alone_is_its_own_top_without_a_doubt():
    tree = grow(places("BOU district SIK\nKOL area BOU\nBE area BOU"))
    assert tree.by_id["BOU"].path == "/BOU"
    assert tree.by_id["BOU"].parent_id == ""
    assert belongs(tree)["KOL", "BOU"] == [(190001, 219912)]
    assert tree.findings == ()


def test_a_parent_missing_from_a_tree_with_a_top_is_a_finding():
    tree = grow(places(COUNTRY + "X area NOWHERE\nY area NOWHERE"))
    assert rules(tree) == ["place_parent_unknown"]
    assert tree.findings[0].params["count"] == 2
    assert tree.findings[0].params["parent"] == "NOWHERE"


def test_places_in_a_circle_are_refused_with_the_circle():
    with pytest.raises(Refused) as refused:
        grow(places("A region C\nB district A\nC area B"))
    problem = refused.value.problems[0]
    assert problem.code == "place_cycle"
    assert set(problem.values["places"].split(" → ")) == {"A", "B", "C"}


def test_a_place_under_itself_is_refused():
    with pytest.raises(Refused):
        grow(places("A region A"))


def test_a_group_counts_the_whole_subtree_of_its_members_in_their_months():
    tree = grow(places(COUNTRY), groups("gavi BOU 2022-01-01 2023-12-31"))
    found = belongs(tree)
    assert found["KOL", "gavi"] == [(202201, 202312)]
    assert found["BOU", "gavi"] == [(202201, 202312)]
    assert ("ND", "gavi") not in found
    assert tree.by_id["gavi"].level == "group"


def test_a_place_under_two_members_of_one_group_counts_once():
    found = belongs(grow(places(COUNTRY), groups("g BOU\ng KOL\ng KOL 2020-01-01")))
    assert found["KOL", "g"] == [(190001, 219912)]


def test_a_short_membership_inside_a_long_one_does_not_end_it():
    members = "g BOU 2019-01-01 2022-12-31\ng KOL 2020-01-01 2020-12-31"
    found = belongs(grow(places(COUNTRY), groups(members)))
    assert found["KOL", "g"] == [(201901, 202212)]


def test_a_member_that_comes_back_has_two_stretches():
    members = "g KOL - 2020-12-31\ng KOL 2022-01-01"
    found = belongs(grow(places(COUNTRY), groups(members)))
    assert found["KOL", "g"] == [(190001, 202012), (202201, 219912)]


def test_a_place_that_changes_maps_in_a_month_is_on_one_map_in_it():
    members = "old KOL - 2023-03-14\nnew KOL 2023-03-15"
    found = belongs(grow(places(COUNTRY), groups(members)))
    assert found["KOL", "old"] == [(190001, 202302)]
    assert found["KOL", "new"] == [(202303, 219912)]


def test_a_group_without_members_is_a_place_that_adds_to_itself_only():
    tree = grow(places(COUNTRY), groups("mopti_assist -"))
    assert [p for p in belongs(tree) if "mopti_assist" in p] == [
        ("mopti_assist", "mopti_assist")
    ]


def test_a_member_that_is_no_place_is_a_finding():
    tree = grow(places(COUNTRY), groups("g KOL\ng NONE"))
    assert rules(tree) == ["group_member_unknown"]
    assert "NONE" in tree.findings[0].params["places"]


def test_a_group_with_the_identifier_of_a_place_is_kept_apart():
    tree = grow(places(COUNTRY), groups("BOU KOL"))
    assert rules(tree) == ["group_code_is_place"]
    assert belongs(tree)["KOL", "group:BOU"] == [(190001, 219912)]
    assert tree.by_id["BOU"].level == "district"


@pytest.mark.parametrize("text", ["ND", "N'Debougou", "ndebougou", "N’DÉBOUGOU", "nd"])
def test_a_place_is_found_by_identifier_or_name_without_accents_and_case(text):
    assert ids(grow(places(COUNTRY)).find(text)) == ["ND"]


def test_a_name_of_several_levels_means_the_highest():
    tree = grow(places(COUNTRY + "SIK2 area SIK - - Sikasso"))
    assert ids(tree.find("sikasso")) == ["SIK"]
    assert ids(tree.find("sikasso", level="area")) == ["SIK2"]


def test_the_bearer_of_a_name_today_goes_before_its_former_bearer():
    moved = "OLD area BOU - - Sanso\nOLD area BOU 2021-01-01 - Sanso_Nord\n"
    tree = grow(places(COUNTRY + moved + "NEW area BOU 2021-01-01 - Sanso"))
    assert ids(tree.find("sanso")) == ["NEW"]


def test_several_places_of_one_level_are_all_given():
    tree = grow(places(COUNTRY + "KOL2 area NIO - - Kologo"))
    assert sorted(ids(tree.find("Kologo"))) == ["KOL", "KOL2"]


def test_a_path_of_names_chooses_between_places_of_one_name():
    tree = grow(places(COUNTRY + "KOL2 area NIO - - Kologo"))
    assert ids(tree.find("Segou / Niono / Kologo")) == ["KOL2"]
    assert ids(tree.find("Sikasso/Kologo")) == ["KOL"]
    assert ids(tree.find("Kayes / Sikasso / Kologo")) == ["KOL"]
    assert tree.find("Sikasso / Niono / Kologo") == []


def test_a_group_is_found_by_code_and_by_name():
    tree = grow(places(COUNTRY), groups("gavi BOU"))
    assert ids(tree.find("GAVI")) == ["gavi"]
    assert ids(tree.find("group gavi")) == ["gavi"]


def test_a_name_that_nothing_bears_finds_nothing():
    tree = grow(places(COUNTRY))
    assert tree.find("Tombouctou") == []
    assert tree.find("  ?") == []


def test_inside_gives_the_level_below_a_place_and_below_a_groups_members():
    tree = grow(places(COUNTRY), groups("g NIO\ng BE"))
    assert ids(tree.inside(tree.by_id["SIK"], "area")) == ["BE", "BO", "KOL"]
    assert ids(tree.inside(tree.by_id["g"], "area")) == ["ND", "BE"]
    assert ids(tree.inside(tree.by_id["BOU"], "district")) == ["BOU"]


def test_open_in_leaves_out_places_closed_or_not_yet_open():
    tree = grow(places("A district -\nB area A - 2020-12-31\nC area A 2021-01-01"))
    assert ids(tree.open_in(202012)) == ["A", "B"]
    assert ids(tree.open_in(202101)) == ["A", "C"]


def test_an_identifier_with_a_slash_is_one_step_of_the_path():
    tree = grow(places("A district -\nA/B area A"))
    assert tree.by_id["A/B"].path == "/A/A%2FB"


DOUBTS = {
    "place_level_not_below": "A area -\nB district A",
    "place_dates_reversed": "A area - 2021-01-01 2020-01-01",
    "place_dates_overlap": "A area - - 2021-06-30\nA area - 2021-01-01 -",
    "place_gap": "A area - - 2020-12-31\nA area - 2021-03-01 -",
    "place_row_twice": "A area - 2020-01-01\nA area - 2020-01-01",
    "place_name_twice": "A district -\nB area A - - Koro\nC area A - - KORO",
    "place_level_missing": "A district -\nB - A",
    "place_level_assumed": "A district -\nB - A\nC area A",
}


@pytest.mark.parametrize("rule", DOUBTS)
def test_a_doubtful_row_goes_in_with_a_finding(rule):
    tree = grow(places(DOUBTS[rule]))
    assert rules(tree) == [rule]
    assert "A" in ids(tree.places)


def test_overlapping_rows_never_count_a_month_twice():
    found = belongs(grow(places(f"D district -\nE district -\n{_OVERLAP}")))
    assert found["A", "D"] == [(190001, 202012)]
    assert found["A", "E"] == [(202101, 219912)]


_OVERLAP = "A area D - 2021-06-30\nA area E 2021-01-01 -"


def test_a_successor_of_the_same_name_is_no_duplicate():
    text = "D district -\nA area D - 2020-12-31 Koro\nB area D 2021-01-01 - Koro"
    assert grow(places(text)).findings == ()


@pytest.mark.parametrize(
    ("rule", "point"),
    [
        ("place_coordinates_zero", (0.0, 0.0)),
        ("place_coordinates_outside", (95.0, 1.0)),
        ("place_coordinates_half", (13.0, None)),
        ("place_coordinates_far", (-8.0, 12.6)),
    ],
)
def test_doubtful_coordinates_are_a_finding(rule, point):
    lines = [f"A{n} area -" for n in range(12)]
    rows = places("\n".join(lines)).to_pylist()
    for number, row in enumerate(rows):
        row |= {"latitude": 12.0 + number / 10, "longitude": -8.0 + number / 10}
    rows[3] |= dict(zip(("latitude", "longitude"), point, strict=True))
    tree = grow(pa.Table.from_pylist(rows, schema=SNAPSHOT["places"]))
    assert rules(tree) == [rule]
    assert tree.findings[0].place_id == "A3"


def test_a_doubt_about_many_places_is_told_once():
    lines = [f"A{n} area - 2021-01-01 2020-01-01" for n in range(30)]
    found = grow(places("\n".join(lines))).findings
    assert len(found) == 1
    assert found[0].params["count"] == 30


def bad_country():
    """A tree with every doubt a tree can have."""
    texts = list(DOUBTS.values())
    texts += ["C country -\nX area NOWHERE", "D district - - 2020-12-31\nA area D"]
    found = [f for text in texts for f in grow(places(text)).findings]
    found += grow(places(COUNTRY), groups("BOU KOL\ng NONE")).findings
    rows = places("\n".join(f"A{n} area -" for n in range(14))).to_pylist()
    for row in rows:
        row |= {"latitude": 12.0, "longitude": -8.0}
    points = ((0.0, 0.0), (95.0, 1.0), (13.0, None), (-8.0, 12.6))
    for row, point in zip(rows, points, strict=False):
        row |= dict(zip(("latitude", "longitude"), point, strict=True))
    found += grow(pa.Table.from_pylist(rows, schema=SNAPSHOT["places"])).findings
    late = grow(places("A area - 2020-01-01"))
    return [*found, *reported_while_closed(late, reported(late, ("A", 201901, 1)))]


def test_every_doubt_about_a_tree_has_its_sentences_with_its_placeholders():
    folder = pathlib.Path(boloci.__path__[0])
    text = (folder / "catalogue/rules/places.yaml").read_text(encoding="utf-8")
    sentences = yaml.safe_load(text)
    found = bad_country()
    for finding in found:
        words = sentences[finding.rule]
        for language in ("fr", "en"):
            assert words[language].format(**finding.params)
            assert words["action"][language].format(**finding.params)
    of_trees = {r for r in sentences if r.startswith(("place_", "group_", "reported"))}
    of_links = {"place_matched", "place_level_chosen"}
    assert {finding.rule for finding in found} == of_trees - of_links


def test_no_places_at_all_is_an_empty_tree():
    tree = grow(SNAPSHOT["places"].empty_table())
    assert tree.dimension().num_rows == tree.membership().num_rows == 0
    assert tree.find("Bougouni") == []


MONTHS = periods.month_range(202001, 202112)


@st.composite
def trees(draw):
    """A country of up to 4 districts whose areas open, close and move at any day."""
    days = st.dates(datetime.date(2020, 1, 1), datetime.date(2021, 12, 31))
    districts = [f"D{n}" for n in range(draw(st.integers(1, 4)))]
    lines = ["C country -"]
    lines += [f"{district} district C" for district in districts]
    for area in range(draw(st.integers(1, 5))):
        for _ in range(draw(st.integers(1, 3))):
            parent = draw(st.sampled_from(districts))
            first, last = draw(st.none() | days), draw(st.none() | days)
            lines.append(f"A{area} area {parent} {first or '-'} {last or '-'}")
    members = [
        f"G {draw(st.sampled_from([*districts, 'A0']))} "
        f"{draw(st.none() | days) or '-'} {draw(st.none() | days) or '-'}"
        for _ in range(draw(st.integers(1, 3)))
    ]
    return grow(places("\n".join(lines)), groups("\n".join(members)))


def monthly(tree):
    """(place, ancestor, month) of the membership, as often as it says so."""
    return Counter(
        (place, ancestor, month)
        for (place, ancestor), stretches in belongs(tree).items()
        for first, last in stretches
        for month in MONTHS
        if first <= month <= last
    )


@settings(max_examples=60, deadline=None)
@given(trees())
def test_a_place_adds_to_an_ancestor_at_most_once_a_month(tree):
    assert set(monthly(tree).values()) <= {1}


@settings(max_examples=60, deadline=None)
@given(trees())
def test_the_ancestors_of_an_area_in_a_month_form_one_path(tree):
    pairs = monthly(tree)
    for area, month in {(p, m) for p, _, m in pairs if p.startswith("A")}:
        above = {a for p, a, m in pairs if (p, m) == (area, month) and a != "G"}
        assert sorted(a[0] for a in above) == ["A", "C", "D"]


@settings(max_examples=60, deadline=None)
@given(trees())
def test_what_the_districts_add_up_to_is_what_the_country_has(tree):
    pairs = monthly(tree)
    areas = [place.id for place in tree.places if place.level == "area"]
    opened = sum(a.id in areas for month in MONTHS for a in tree.open_in(month))
    in_districts = sum(1 for p, a, _ in pairs if p in areas and a.startswith("D"))
    in_country = sum(1 for p, a, _ in pairs if p in areas and a == "C")
    assert opened == in_districts == in_country


def reported(tree, *rows):
    keys = [tree.by_id[place].key for place, _, _ in rows]
    return pa.table(
        {
            "place_key": pa.array(keys, pa.int32()),
            "period": pa.array([period for _, period, _ in rows], pa.int32()),
            "rows": pa.array([count for _, _, count in rows], pa.int64()),
        }
    )


def test_values_of_months_in_which_a_place_was_closed_are_told():
    tree = grow(places("A district -\nB area A 2020-03-01 2021-06-10\nC area A"))
    told = (("B", 202002, 4), ("B", 202106, 4), ("B", 202107, 3), ("C", 201001, 9))
    found = reported_while_closed(tree, reported(tree, *told))
    assert [(f.rule, f.place_id, f.value) for f in found] == [
        ("reported_while_closed", "B", 7.0)
    ]
    assert (found[0].period_start, found[0].period_end) == ("202002", "202107")


def test_a_longer_period_is_open_when_one_of_its_months_is():
    tree = grow(places("A district - 2020-03-01"))
    quarters = reported(tree, ("A", 202021, 1), ("A", 201924, 1))
    assert [f.value for f in reported_while_closed(tree, quarters)] == [1.0]


def test_a_place_that_moves_without_a_gap_is_never_closed():
    tree = grow(places("D district -\nA area D - 2020-12-31\nA area - 2021-01-01"))
    found = reported_while_closed(tree, reported(tree, ("A", 202101, 1)))
    assert found == []


def test_a_tidy_row_of_the_past_stands_beside_the_row_dhis2_has_since_the_move():
    units = places("C country -\nS region C\nN region C\nD district N 2021-01-01")
    tree = grow(together(units, places("D district S - 2020-12-31")))
    found = belongs(tree)
    assert found["D", "S"] == [(190001, 202012)]
    assert found["D", "N"] == [(202101, 219912)]
    assert tree.findings == ()


def test_a_tidy_row_revises_a_units_row_and_its_blanks_erase_nothing():
    units = places("D district - - - Bougoni").to_pylist()
    units[0] |= {"latitude": 11.4, "longitude": -7.5}
    tidy = places("D district - - - Bougouni")
    table = together(pa.Table.from_pylist(units, schema=tidy.schema), tidy)
    assert table.num_rows == 1
    assert table["name"].to_pylist() == ["Bougouni"]
    assert table["latitude"].to_pylist() == [11.4]
