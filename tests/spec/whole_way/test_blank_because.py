"""What `explain` says of a figure that is blank: the reason that is true of it."""

from pathlib import Path

import pytest

from boloci.cli import run
from tests.spec.small_country import STEADY, TWO_AREAS, country, months, values


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "La cible de certains lieux ou mois manque"),
        ("en", "The target of some places or months is missing"),
    ],
)
def test_a_target_that_is_not_whole_is_said_to_make_children_missed_unknown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    """B has no target: of the 2,000 children of A alone nobody can be taken away."""
    told = country(
        tmp_path / "w",
        places=TWO_AREAS,
        values=values(*(months("DTP1", place, 2024, STEADY) for place in "AB")),
        targets="""
        population place_id year value
        surviving_infants A 2024 2000
        """,
    )
    fact = told.fact("zero_dose_children", "D", "2024")
    assert (fact["value"], fact["denominator"]) == (None, 2000)
    assert "target_incomplete" in fact["flags"].split(";")
    at = ["--workspace", str(told.workspace.root), "--language", language, "explain"]
    asked = ["--indicator", "zero_dose_children", "--place", "D", "--period", "2024"]
    capsys.readouterr()
    assert run([*at, *asked]) == 0
    lines = capsys.readouterr().out.splitlines()
    because = {"fr": "sans valeur parce que", "en": "blank because"}[language]
    (line,) = [line for line in lines if line.strip().startswith(because)]
    assert words in line
