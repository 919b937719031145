"""Scores of forty countries, kept so that an interruption costs one country."""

import json
from pathlib import Path

import pytest

from bench import estimate
from bench.estimate_countries import named

(ONE,) = named("rich_by_sex:3")


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the countries that are fitted, which takes minutes each."""
    done: list[str] = []

    def scored(country):
        done.append(country.name)
        return {"fitted": len(done)}

    monkeypatch.setattr(estimate, "_scored", scored)
    monkeypatch.setattr(estimate, "_git", lambda *told: TREES.get(told[0], ""))
    return done


TREES = {"status": "", "rev-parse": "a tree"}


def test_a_country_is_fitted_once(tmp_path: Path, fits: list[str]) -> None:
    first = estimate._of_its_own(ONE, tmp_path)
    assert estimate._of_its_own(ONE, tmp_path) == first
    assert fits == ["rich_by_sex:3"]


def test_another_state_of_the_model_is_fitted_anew(
    tmp_path: Path, fits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    estimate._of_its_own(ONE, tmp_path)
    monkeypatch.setitem(TREES, "rev-parse", "another tree")
    assert estimate._of_its_own(ONE, tmp_path) == {"fitted": 2}


def test_nothing_is_kept_while_the_model_is_being_changed(
    tmp_path: Path, fits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(TREES, "status", " M src/boloci/stats/estimate/model.py")
    estimate._of_its_own(ONE, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_kept_is_read_by_anyone(tmp_path: Path, fits: list[str]) -> None:
    estimate._of_its_own(ONE, tmp_path)
    (file,) = tmp_path.rglob("*.json")
    assert file.name == "rich_by_sex-3.json"
    assert json.loads(file.read_text()) == {"fitted": 1}
