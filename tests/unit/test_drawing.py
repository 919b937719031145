"""Tables on narrow terminals: nothing of a table is cut off."""

import io

import pytest
from rich.console import Console

from boloci.cli import drawing
from boloci.cli.language import speak
from boloci.cli.showing import table

HEADINGS = {"over": "target from", "low": "reports filled in", "n": "as reported"}
ROW = {"over": "Official target", "low": "70.5", "n": "68.9"}


def drawn(width: int, row: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    screen = Console(file=io.StringIO(), width=width, highlight=False)
    monkeypatch.setattr(drawing, "console", lambda: screen)
    speak("en")
    drawing.draw(table(HEADINGS, [row], right=("low", "n")), [])
    return screen.file.getvalue()  # type: ignore[attr-defined]


def test_a_wide_terminal_shows_headings_on_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = drawn(80, ROW, monkeypatch)
    assert "reports filled in" in told
    assert "Official target" in told


def test_a_narrower_terminal_folds_the_headings_over_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = drawn(40, ROW, monkeypatch)
    assert "reports filled in" not in told
    for word in ("filled", "reports", "target from", "70.5", "68.9"):
        assert word in told


def test_a_very_narrow_terminal_gets_a_row_as_lines_without_its_blanks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = drawn(20, {**ROW, "low": ""}, monkeypatch)
    assert told == "target from: Official target\nas reported: 68.9\n\n"


def test_a_sentence_is_never_pressed_into_a_few_columns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sentence = "Seven reports of twelve are here, so this place cannot be compared yet."
    told = drawn(40, {**ROW, "over": sentence}, monkeypatch)
    assert f"target from: {sentence}" in told.replace("\n", " ")


@pytest.mark.parametrize("width", range(24, 100))
def test_a_number_is_never_broken_over_lines(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = ("12\u202f345\u202f678", "1\u00a0234,5", "87,3 %")
    sentence = (
        f"Il y a {whole[0]} doses pour {whole[1]} enfants, soit {whole[2]} : trop."
    )
    row = {"over": sentence, "low": whole[0], "n": whole[1]}
    told = drawn(width, row, monkeypatch)
    for number in whole:
        assert number in told
    assert not any(line.strip().startswith((":", "%")) for line in told.splitlines())


def test_a_long_number_has_its_width_before_words_have_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = "\u202f".join(["1", *["234"] * 6])
    told = drawn(70, {**ROW, "over": f"{number} enfants"}, monkeypatch)
    assert number in told
