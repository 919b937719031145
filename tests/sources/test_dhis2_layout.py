"""The quick reader gives exactly what the careful one gives, or gives up."""

import csv
import io
import random

import numpy as np
import pytest
from dhis2_reading import csv_file, line, read, rows
from hypothesis import given
from hypothesis import strategies as st

from boloci.sources.dhis2 import values_csv
from boloci.sources.dhis2.batch import coded
from boloci.sources.dhis2.keys import BITS, Seen
from boloci.sources.dhis2.layout import SLACK, figures


def read_at_once(texts):
    content = b"".join(text.encode() + b'"' for text in texts)
    buffer = bytearray(content + bytes(SLACK))
    starts = np.cumsum([0, *(len(text.encode()) + 1 for text in texts)])[:-1]
    return figures(buffer, starts, b'"')


@given(st.lists(st.integers(0, 9_999_999), min_size=1, max_size=50))
def test_whole_numbers_of_seven_digits_are_read_at_once(numbers):
    found = read_at_once([str(number) for number in numbers])
    assert found.value.tolist() == numbers
    assert not found.odd.any()


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"'))))
def test_whatever_is_no_short_whole_number_is_odd_or_blank(texts):
    found = read_at_once([*texts, "1"])
    for text, value, odd, blank in zip(
        texts, found.value, found.odd, found.blank, strict=False
    ):
        plain = text.isascii() and text.isdigit() and len(text) <= 7
        assert bool(odd) == (bool(text) and not plain)
        assert bool(blank) == (not text)
        if plain:
            assert value == int(text)


@pytest.mark.parametrize("fault", ["none", "comment", "period", "code", "decimal"])
def test_quick_and_careful_agree(tmp_path, monkeypatch, fault):
    chance = random.Random(fault)
    lines = [
        line(
            str(chance.randrange(500)),
            place=f"p{n % 40:010d}",
            period=f"20{20 + n // 40}01",
        )
        for n in range(200)
    ]
    odd = {
        "none": {},
        "comment": {"comment": 'a ""b""\n""c"",""d""'},
        "period": {"period": "2020Q3"},
        "code": {"element": "EPI_BCG"},
        "decimal": {},
    }[fault]
    lines[chance.randrange(200)] = line("4.5" if fault == "decimal" else "4", **odd)
    quick = rows(read(csv_file(tmp_path, *lines, name="quick.csv")))
    monkeypatch.setattr(values_csv, "_quick", lambda *_: None)
    assert rows(read(csv_file(tmp_path, *lines, name="careful.csv"))) == quick
    told = list(csv.reader(io.StringIO((tmp_path / "quick.csv").read_text())))[1:]
    assert [row["value"] for row in quick] == [float(row[5]) for row in told]


def test_the_quick_reader_is_the_one_in_use(tmp_path, monkeypatch):
    def careful(*_):
        raise AssertionError

    monkeypatch.setattr(values_csv, "careful", careful)
    assert (
        len(rows(read(csv_file(tmp_path, line("1"), line("2", period="202402"))))) == 2
    )


def keys_of(numbers):
    same = coded(["x"] * len(numbers))
    return dict.fromkeys(BITS, same) | {"place": coded([f"p{n}" for n in numbers])}


@pytest.mark.parametrize("repeat", [None, 0, 25, 99])
def test_a_repeated_key_is_found_in_memory_and_beyond(tmp_path, monkeypatch, repeat):
    monkeypatch.setattr("boloci.sources.dhis2.keys.IN_MEMORY", 10)
    seen = Seen(tmp_path)
    for start in range(0, 100, 7):
        seen.add(keys_of(range(start, min(start + 7, 100))))
    if repeat is not None:
        seen.add(keys_of([repeat]))
    assert seen.twice() == (repeat is not None)
    assert not list(tmp_path.iterdir())


def test_more_places_than_a_key_has_room_for_are_still_checked(tmp_path, monkeypatch):
    monkeypatch.setitem(BITS, "place", 1)
    lines = [line("1", place=f"place{n:06d}") for n in range(5)]
    found = rows(read(csv_file(tmp_path, *lines, line("1", place="place000002"))))
    assert len(found) == 5
