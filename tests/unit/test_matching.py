"""Matching of names: what is linked by machine, and what is left to a person."""

import csv
import random

import pytest

from boloci.matching import APART, NEAR, match
from boloci.spelling import distance, sound

PRECISION = 0.99


def linked(a, b, **options):
    """Pairs of names that were linked."""
    links, _ = match(a, b, **options)
    return {(a[link.a], b[link.b]) for link in links}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N'Debougou", "NDEBOUGOU"),
        ("Commune V", "Commune5"),
        ("Sanoubougou 2", "SANOUBOUGOU II"),
        ("Bougouni Ouest", "BOUGOUNI OEST"),
        ("Kalabancoro", "KALABAN-KORO"),
        ("Boulgoundje", "BOULGOUNDIE"),
        ("Markacoungo", "MARCACOUNGO"),
        ("Wayerma 2", "OUAYERMA II"),
        ("Banido", "BANINDO"),
        ("Timtaghène", "TIMTAGHÈNE (INABAG)"),
        ("Banamba Ouest", "ASACO BAO (CSCOM BANAMBA OUEST)"),
    ],
)
def test_spellings_of_one_name_are_linked(one, other):
    assert linked([one, "Tombouctou"], [other, "TOMBOUCTOU"]) == {
        (one, other),
        ("Tombouctou", "TOMBOUCTOU"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bougouni Est", "Bougouni Ouest"),
        ("Bougouni Est", "Bougouni Oest"),
        ("Bougouni", "Bougouni Ouest"),
        ("Pelengana Nord", "Pelengana Sud"),
        ("Niono Central", "Niono"),
        ("Commune I", "Commune II"),
        ("Commune V", "Commune 6"),
        ("Kati 1", "Kati 2"),
        ("Kati", "Kati 2"),
        ("Sanoubougou 1", "SANOUBOUGOU II"),
        ("Sokoura A", "Sokoura B"),
        ("Kita Koura", "Kita Koro"),
        ("Waki", "Wako"),
        ("Kenenkou", "TENENKOU"),
        ("Koro", "KORO-SAN"),
        ("Mopti Nord", "Mopti Sud-Nord"),
    ],
)
def test_neighbours_are_never_linked_even_when_nothing_else_is_there(one, other):
    assert linked([one], [other]) == set()


def test_a_name_borne_twice_is_left_to_a_person_with_both_candidates():
    names = ["Hamdallaye Sikasso", "HAMDALLAYE"]
    links, doubts = match(["Hamdallaye", "Hamdallaye"], names)
    assert links == []
    assert all({at for at, _ in doubt.candidates} == {0, 1} for doubt in doubts)


def test_an_equal_name_is_left_to_a_person_when_a_longer_one_has_no_partner():
    assert linked(["Mena", "Mena-Kolondièba"], ["MENA", "MENA-FANA"]) == set()
    assert linked(["Kati", "Kati Coro"], ["KATI", "KATI-CORO"]) == {
        ("Kati", "KATI"),
        ("Kati Coro", "KATI-CORO"),
    }


def test_a_difference_that_tells_two_places_of_one_list_apart_is_not_overlooked():
    assert ("Asacoma", "ASACOMI") not in linked(["Asacoma"], ["ASACOMI", "ASACOMO"])
    assert linked(["Ntossoni", "Ntossono"], ["NTOSSONE"]) == set()


def test_names_of_different_parents_are_never_linked():
    a, b = ["Hamdallaye", "Hamdallaye"], ["HAMDALAYE", "HAMDALLAYE"]
    links, _ = match(a, b, parents=(["Mopti", "Sikasso"], ["SIKASSO", "MOPTI"]))
    assert {(link.a, link.b) for link in links} == {(0, 1), (1, 0)}


def test_near_names_of_different_parents_are_not_linked():
    a, b = ["Kourounikoto"], ["KOUROUNINKOTO"]
    assert linked(a, b, parents=(["Kita"], ["Kita"])) == {(a[0], b[0])}
    assert linked(a, b, parents=(["Kita"], ["Kayes"])) == set()


@pytest.mark.parametrize("longer", ["NIONO CENTRAL", "NIONO 2", "NIONO NORD"])
def test_a_telling_word_more_is_not_linked_even_under_the_same_parent(longer):
    assert linked(["Niono"], [longer], parents=(["Ségou"], ["Ségou"])) == set()


def test_a_longer_name_is_linked_only_under_the_same_known_parent():
    a, b = ["Koro", "Bamba"], ["KORO SAN", "BAMBA"]
    assert ("Koro", "KORO SAN") in linked(a, b, parents=(["San", "X"], ["SAN", "x"]))
    assert ("Koro", "KORO SAN") not in linked(a, b, parents=(["", "X"], ["SAN", "x"]))


def test_each_name_is_in_one_link_at_most_and_every_other_name_is_a_doubt():
    a = ["Koro", "Kati I", "Kati II", "Bamako", "Kayes"]
    links, doubts = match(a, ["KATI 2", "KAYES", "KATI 1", "SEGOU", "BAMAKO V"])
    assert sorted(link.b for link in links) == [0, 1, 2]
    assert sorted([link.a for link in links] + [d.a for d in doubts]) == [0, 1, 2, 3, 4]


def test_empty_lists_and_unreadable_names_are_doubts_without_candidates():
    assert match([], []) == ([], [])
    links, doubts = match(["???"], [])
    assert (links, doubts[0].candidates) == ([], ())


def test_sounds_and_their_distance():
    assert sound("quinzambougou") == sound("kinzambugu")
    assert distance("banido", "banindo") == pytest.approx(0.4 / 7)
    assert distance("sanugu", "sanuku") == pytest.approx(0.5 / 6)
    assert distance("koro", "koro") == 0
    assert distance("kenenku", "tenenku") == pytest.approx(1.5 / 7)


@pytest.fixture
def pairs(shared):
    """The 300 known pairs: names of both lists at the same position."""
    path = shared("data/mali_names/mali_dhis2_uid_names.csv")
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["dhis2_name"] for row in rows], [row["snisi_name"] for row in rows]


def outcome(pairs, known_a, known_b, **options):
    """Right and wrong links between the pairs known to each list."""
    names_a = [pairs[0][at] for at in known_a]
    names_b = [pairs[1][at] for at in known_b]
    links, _ = match(names_a, names_b, **options)
    right = sum(known_a[link.a] == known_b[link.b] for link in links)
    return right, len(links) - right


def test_300_known_pairs_are_linked_at_precision_99_and_recall_is_two_thirds(pairs):
    everything = range(300)
    right, wrong = outcome(pairs, everything, everything)
    assert right / (right + wrong) >= PRECISION
    assert right / 300 >= 0.66


def test_the_right_name_is_among_the_candidates_shown_to_a_person(pairs):
    _, doubts = match(*pairs)
    shown = sum(doubt.a in [at for at, _ in doubt.candidates] for doubt in doubts)
    assert shown / len(doubts) >= 0.9


def test_precision_holds_when_half_of_the_answers_are_missing(pairs):
    drawn = random.Random(1)
    halves = [sorted(drawn.sample(range(300), 150)) for _ in range(6)]
    told = [outcome(pairs, range(300), half) for half in halves]
    right, wrong = (sum(column) for column in zip(*told, strict=True))
    assert right / (right + wrong) >= PRECISION


def test_thresholds_chosen_on_half_of_the_pairs_hold_on_the_other_half(pairs):
    """Cross-validation: best recall at precision .99 on one half, tried on another."""
    drawn = random.Random(2)
    order = drawn.sample(range(300), 300)
    halves = sorted(order[:150]), sorted(order[150:])
    total = [0, 0]
    for train, tried in (halves, halves[::-1]):
        near, apart = best_thresholds(pairs, train)
        right, wrong = outcome(pairs, tried, tried, near=near, apart=apart)
        total = [total[0] + right, total[1] + wrong]
    assert total[0] / sum(total) >= PRECISION
    assert total[0] / 300 >= 0.66


def best_thresholds(pairs, train):
    """Thresholds of the most right links among those of precision .99 on `train`.

    Each is tried against half of the answers, as for names of an unknown country.
    """
    half = train[::2]
    tried = {}
    for near in (0.08, NEAR, 0.16):
        for apart in (0.04, APART):
            right, wrong = outcome(pairs, train, half, near=near, apart=apart)
            if right / (right + wrong) >= PRECISION:
                tried[right, -near] = (near, apart)
    return tried[max(tried)]
