"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boloci.sources.numbers import (
    AmbiguousNumber,
    NotANumber,
    Style,
    decimal_shown,
    parse,
    style_of,
)
from boloci.sources.words import is_blank

SPACES = {
    "space": " ",
    "no-break": "\u00a0",
    "narrow no-break": "\u202f",
    "thin": "\u2009",
    "figure": "\u2007",
    "punctuation": "\u2008",
    "en": "\u2002",
    "em": "\u2003",
    "ideographic": "\u3000",
}


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_1_796_with_any_kind_of_space_is_1796(space):
    assert parse(f"1{space}796") == 1796


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
def test_millions_with_any_kind_of_space_and_a_decimal_comma(space):
    assert parse(f"{space}12{space}345{space}678,5{space}") == 12345678.5


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("12,5", 12.5),
        ("12.5", 12.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("0,853", 0.853),
        ("1234.567", 1234.567),
        ("85 %", 85.0),
        ("85,5%", 85.5),
        ("-3", -3.0),
        ("−3", -3.0),
        ("+4", 4.0),
        ("1e3", 1000.0),
        ("1.5E+05", 150000.0),
        ("1'796", 1796.0),
        (".5", 0.5),
    ],
)
def test_a_number_is_read_as_written(text, value):
    assert parse(text) == value


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0", "-", "–", "n/a", "N/A", "#N/A", "ND", "Non disponible"]
)
def test_a_blank_word_is_missing_and_never_zero(text):
    assert parse(text) is None
    assert is_blank(text)


@pytest.mark.parametrize("text", ["1,234", "1.234", "-12,345"])
def test_a_comma_before_three_digits_is_refused_not_guessed(text):
    with pytest.raises(AmbiguousNumber):
        parse(text)


def test_the_rest_of_the_file_tells_what_its_comma_is():
    assert parse("1,234", style_of(["2,5", "7"])) == 1.234
    assert parse("1,234", style_of(["2.5", "7"])) == 1234
    assert style_of(["2.5", "2,5"]) == Style()


@pytest.mark.parametrize(
    "text", ["12O", "1 79", "1 7966", "1,23,456", "inf", "3-4", "1.2.3", "12 doses"]
)
def test_what_is_no_number_is_said(text):
    with pytest.raises(NotANumber):
        parse(text)


@given(st.integers(0, 10**12), st.sampled_from(list(SPACES.values())))
def test_every_whole_number_grouped_by_spaces_comes_back(number, space):
    assert parse(f"{number:,}".replace(",", space)) == number


@given(st.integers(0, 10**9), st.integers(0, 99), st.sampled_from(".,"))
def test_every_number_with_two_decimals_comes_back_and_shows_its_sign(
    whole, part, sign
):
    text = f"{whole}{sign}{part:02d}"
    assert parse(text) == pytest.approx(whole + part / 100)
    assert decimal_shown(text) == sign


@pytest.mark.parametrize("text", ["1e400", "-1e400", "9" * 400])
def test_a_number_too_large_to_be_held_is_no_number_and_not_infinity(text):
    with pytest.raises(NotANumber):
        parse(text)
