"""`boloci validate`: surveys and lots left out, and what all else says of them."""

from pathlib import Path
from typing import Any

import pytest

from boloci import pipeline
from boloci.cli import run
from boloci.lake import builds
from boloci.problems import Refused
from tests.spec.estimated_country import CHAIN, LOTS, asked, lot, surveys, told
from tests.spec.small_country import Country, country


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Built, never estimated."""
    third = lot("D1", 14).replace(" DTP1 ", " DTP3 ")
    lots = "\n".join([LOTS, lot("D1", 16), third, lot("D3", 15)])
    asked_twice = surveys(
        *(asked(region, 0.8) for region in ("R1", "R2")),
        *(asked(region, 0.8, dose="dtp1_coverage") for region in ("R1", "R2")),
        asked("R1", 0.7, dose="DTP3"),
    )
    tables = told(lqas=lots, surveys=asked_twice)
    return country(tmp_path_factory.mktemp("validated"), **tables)


@pytest.fixture(scope="module")
def found(built: Country) -> Any:
    """Everything left out once."""
    return pipeline.validate(built.workspace, chain=CHAIN)


def test_every_survey_and_lot_is_left_out_once(built: Country, found: Any) -> None:
    assert found.rows
    assert {row.lot for row in found.rows} == {True, False}
    assert {row.place for row in found.rows if row.lot} == {"D1-name", "D3-name"}
    assert len({(r.place, r.source, r.indicator) for r in found.rows}) == len(
        found.rows
    )
    assert all(0 <= row.lower <= row.upper <= 100 for row in found.rows)
    assert {row.indicator for row in found.rows} <= {
        f"{dose}_coverage" for dose in ("dtp1", "dtp3", "mcv1")
    }


def test_a_lot_or_survey_that_tells_several_doses_is_taken_once_by_the_first(
    found: Any,
) -> None:
    told_of = sorted((row.place, row.lot, row.indicator) for row in found.rows)
    assert told_of == [
        ("D1-name", True, "dtp1_coverage"),
        ("D3-name", True, "dtp1_coverage"),
        ("R1-name", False, "dtp1_coverage"),
        ("R2-name", False, "dtp1_coverage"),
    ]


def test_what_was_planted_is_foreseen(found: Any) -> None:
    assert sum(row.within for row in found.rows) >= 0.7 * len(found.rows)


def test_nothing_is_published_by_it(built: Country, found: Any) -> None:
    folder = builds.folder(built.workspace.lake, "boloci")
    assert len(list(folder.glob("*.duckdb"))) == 1


def test_what_was_fitted_is_not_fitted_again(built: Country, found: Any) -> None:
    draws = built.workspace.lake / "estimates" / "draws"
    before = {path: path.stat().st_mtime_ns for path in draws.iterdir()}
    again = pipeline.validate(built.workspace, chain=CHAIN)
    assert again.rows == found.rows
    assert set(draws.iterdir()) == set(before)


def test_without_a_survey_or_lot_there_is_nothing_to_leave_out(tmp_path: Path) -> None:
    bare = country(tmp_path, **told(surveys=None))
    with pytest.raises(Refused) as refusal:
        pipeline.validate(bare.workspace, chain=CHAIN)
    assert refusal.value.problems[0].code == "nothing_to_leave_out"


def test_an_unknown_region_is_refused_in_words(
    built: Country, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--workspace", str(built.workspace.root), "--language", "fr"]
    assert run([*where, "validate", "--region", "Atlantide"]) == 2
    assert "Région inconnue" in capsys.readouterr().err
