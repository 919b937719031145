"""From the published build to estimates: the whole way, its files, and its command."""

import json
import shutil
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from boloci import pipeline, workspace
from boloci.cli import run
from boloci.lake import builds
from boloci.pipeline.estimating import keeping
from tests.spec.estimated_country import (
    AREAS,
    CHAIN,
    DISTRICTS,
    ESTIMATED,
    estimated,
    figure,
    figures,
    told,
)
from tests.spec.small_country import Country, country, flags

GROUP = """
group name kind place_id valid_from valid_to reason
G Programme programme D1 . . .
G Programme programme D3 . . .
"""
YEAR = 202300


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Estimated whole; not to be changed."""
    found = country(tmp_path_factory.mktemp("estimated"), **told(groups=GROUP))
    estimated(found)
    return found


@pytest.fixture
def mine(made: Country, tmp_path: Path) -> Country:
    """A copy of it, to be changed."""
    shutil.copytree(made.workspace.root, tmp_path / "w")
    return Country(workspace.open_workspace(tmp_path / "w"))


def _file(made: Country) -> Path:
    folder = builds.folder(made.workspace.lake, "boloci")
    return folder / f"{builds.current(folder)}.duckdb"


def _rows(made: Country, query: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(_file(made)), True, config=builds.READING) as file:
        return list(file.sql(query).to_arrow_table().to_pylist())


def _values(found: list[dict[str, Any]]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    names = ("indicator", "place_id", "period", "sex")
    told_of = ("numerator", "denominator", "value", "lower", "upper", "flags")
    return {
        tuple(fact[n] for n in names): tuple(fact[n] for n in told_of) for fact in found
    }


def test_every_indicator_is_told_of_every_level_and_whole_period(made: Country) -> None:
    by_indicator = defaultdict(set)
    for fact in figures(made):
        by_indicator[fact["indicator"]].add((fact["place_id"], fact["period"]))
    places = {"C", "R1", "R2", "G", *DISTRICTS, *AREAS}
    periods = {
        *("2022", "2023"),
        *(f"{y}S{n}" for y in (2022, 2023) for n in (1, 2)),
        *(f"{y}Q{n}" for y in (2022, 2023) for n in (1, 2, 3, 4)),
    }
    wanted = {(place, period) for place in places for period in periods}
    assert all(found == wanted for found in by_indicator.values())
    rows = _rows(
        made, "SELECT DISTINCT indicator FROM facts WHERE method = 'estimated'"
    )
    assert {row["indicator"] for row in rows} == by_indicator.keys() == set(ESTIMATED)


def test_what_was_planted_is_found_within_a_rough_chains_reach(made: Country) -> None:
    assert figure(made, "dtp1_coverage", "C", "2023")["value"] == pytest.approx(
        80, abs=6
    )
    assert figure(made, "births", "C", "2023")["value"] == pytest.approx(3840, rel=0.15)
    assert figure(made, "target_bias", "C", "2023")["value"] == pytest.approx(
        -20, abs=12
    )
    assert 0 < figure(made, "over_reporting", "C", "2023")["value"] < 30


def test_children_of_areas_quarters_and_sexes_add_up(made: Country) -> None:
    by_key = {
        (fact["indicator"], fact["place_id"], fact["period"], fact["sex"] or ""): fact
        for fact in figures(made)
    }
    for indicator in ("births", "zero_dose_children", "under_immunised_children"):
        for district, areas in DISTRICTS.items():
            of_areas = [by_key[indicator, a, "2023", ""]["value"] for a in areas]
            whole = by_key[indicator, district, "2023", ""]["value"]
            assert sum(of_areas) == pytest.approx(whole, abs=0.01)
        quarters = [
            by_key[indicator, "C", f"2023Q{n}", ""]["value"] for n in range(1, 5)
        ]
        whole = by_key[indicator, "C", "2023", ""]["value"]
        assert sum(quarters) == pytest.approx(whole, abs=0.01)
    sexes = [by_key["zero_dose_children", "C", "2023", s] for s in ("female", "male")]
    whole = by_key["zero_dose_children", "C", "2023", ""]["value"]
    assert sum(fact["value"] for fact in sexes) == pytest.approx(whole, abs=0.01)
    members = [by_key["births", place, "2023", ""]["value"] for place in ("D1", "D3")]
    group = by_key["births", "G", "2023", ""]["value"]
    assert sum(members) == pytest.approx(group, abs=0.01)


def test_an_interval_of_a_sum_is_narrower_than_the_sum_of_intervals(
    made: Country,
) -> None:
    def width(place: str) -> float:
        fact = figure(made, "zero_dose_children", place, "2023Q1")
        return float(fact["upper"] - fact["lower"])

    assert width("C") < sum(width(area) for area in AREAS)


def test_a_figure_has_one_row_a_key(made: Country) -> None:
    found = figures(made)
    assert len(_values(found)) == len(found)
    assert {fact["confidence"] for fact in found} == {90}
    assert {fact["denominator_source"] for fact in found} == {""}


def test_reported_figures_stay_what_they_were(made: Country) -> None:
    how = {"method": "reported", "denominator": "target"}
    fact = made.fact("dtp1_coverage", "C", "2023", **how)
    assert fact["value"] == pytest.approx(100 * 0.8 * 1.1 / 0.8, abs=1)


def test_pages_are_told_what_the_estimate_was_made_from(made: Country) -> None:
    (about,) = _rows(made, "SELECT * FROM estimate")
    assert about["from_build"].startswith("000001")
    assert (about["seed"], about["draws"], about["regions"]) == (1, CHAIN.draws, 2)
    assert (about["surveys"], about["lots"], about["regions_refused"]) == (1, 0, 0)
    assert about["gridded"]
    assert not about["stale"]


def test_the_spread_holds_the_interval(made: Country) -> None:
    rows = _rows(
        made,
        "SELECT p.place_id, s.* FROM estimate_spread s JOIN place p"
        f" ON p.place_key = s.place WHERE period = {YEAR}",
    )
    assert {row["indicator"] for row in rows} == {
        "zero_dose_share",
        "zero_dose_children",
    }
    for row in rows:
        fact = figure(made, row["indicator"], row["place_id"], "2023")
        assert len(row["quantiles"]) == 41
        assert row["quantiles"] == sorted(row["quantiles"])
        assert row["quantiles"][2] == pytest.approx(fact["lower"], rel=1e-3)
        assert row["quantiles"][38] == pytest.approx(fact["upper"], rel=1e-3)


def test_chances_to_be_among_the_worst_fifth_add_up_to_the_fifth(made: Country) -> None:
    rows = _rows(
        made,
        "SELECT a.place_id AS among, w.chance FROM estimate_worst w JOIN place p"
        " ON p.place_key = w.place JOIN place a ON a.place_key = w.among"
        f" WHERE w.period = {YEAR} AND p.level = 'area'",
    )
    assert {row["among"] for row in rows} == {"C"}, "four areas have no fifth"
    assert len(rows) == len(AREAS)
    assert sum(row["chance"] for row in rows) == pytest.approx(round(len(AREAS) / 5))


def test_simpler_ways_stand_beside_both_kinds_of_estimate(made: Country) -> None:
    rows = _rows(
        made,
        "SELECT s.kept, s.value, s.lower FROM estimate_sensitivity s JOIN place p"
        f" ON p.place_key = s.place WHERE p.place_id = 'R1' AND period = {YEAR}"
        " AND indicator = 'dtp1_coverage'",
    )
    kept = {row["kept"]: row["value"] for row in rows}
    assert kept.keys() >= {"births", "births_and_coverage", "naive", "capped"}
    assert kept["capped"] == 100
    assert kept["survey_worldpop"] == pytest.approx(80, abs=0.1)
    assert kept["births_and_coverage"] == pytest.approx(kept["births"], abs=2)
    told_of = figure(made, "dtp1_coverage", "R1", "2023")["value"]
    assert kept["births"] == pytest.approx(told_of, abs=1e-3)


def test_a_second_run_gives_the_same_numbers_and_fits_nothing(mine: Country) -> None:
    before = _values(figures(mine))
    assert estimated(mine).drawn == 0
    assert _values(figures(mine)) == before


def test_a_run_that_was_cut_off_goes_on_with_the_regions_that_lack(
    mine: Country,
) -> None:
    before = _values(figures(mine))
    one, *_others = sorted(keeping.folder(mine.workspace.lake).glob("*.npz"))
    one.write_bytes(one.read_bytes()[:100])
    assert estimated(mine).drawn == 1
    assert _values(figures(mine)) == before


def test_another_seed_gives_other_numbers(mine: Country) -> None:
    before = _values(figures(mine))
    assert estimated(mine, seed=2).drawn == 2
    assert _values(figures(mine)) != before
    held = list(keeping.folder(mine.workspace.lake).glob("*.npz"))
    assert len(held) == 2, "draws of the seed before are pruned"


def test_regions_one_after_the_other_give_the_numbers_of_all_at_once(
    mine: Country,
) -> None:
    before = _values(figures(mine))
    shutil.rmtree(mine.workspace.lake / keeping.FOLDER)
    report = estimated(mine, regions=["r2-NAME"])
    assert (report.regions, report.missing) == (("R2-name",), ("R1-name",))
    assert not report.whole
    found = figures(mine)
    assert {fact["place_id"] for fact in found} == {"R2", "D3", "D4", *AREAS[4:]}
    assert estimated(mine, regions=["R1"]).whole
    assert _values(figures(mine)) == before


def test_a_build_of_the_same_data_carries_the_estimate_over(mine: Country) -> None:
    before = _values(figures(mine))
    mine.build()
    assert _values(figures(mine)) == before
    assert {fact["build"] for fact in figures(mine)} == {_file(mine).stem}
    assert not _rows(mine, "SELECT stale FROM estimate")[0]["stale"]


def test_a_build_of_other_data_says_that_the_estimate_is_stale(mine: Country) -> None:
    before = _values(figures(mine))
    mine.bring(values="element place_id period value\nDTP1 D1A 202401 40")
    mine.build()
    found = figures(mine)
    assert all("stale" in flags(fact) for fact in found)
    assert {key: row[:5] for key, row in _values(found).items()} == {
        key: row[:5] for key, row in before.items()
    }
    assert _rows(mine, "SELECT stale FROM estimate")[0]["stale"]
    assert _rows(mine, "SELECT count(*) AS n FROM estimate_spread")[0]["n"] > 0
    estimated(mine)
    assert not any("stale" in flags(fact) for fact in figures(mine))


def test_a_build_of_other_data_tells_to_estimate_again(
    mine: Country, capsys: pytest.CaptureFixture[str]
) -> None:
    mine.bring(values="element place_id period value\nDTP1 D1A 202401 40")
    assert "boloci estimate" in _run(mine, capsys, "build", language="fr")


def test_other_ways_of_computing_carry_no_estimate(mine: Country) -> None:
    mine.build("countdown")
    assert not figures(mine, profile="countdown")


def test_a_published_estimate_is_a_build_like_others(made: Country) -> None:
    manifest = json.loads(_file(made).with_suffix(".json").read_text())
    assert manifest["build"] == _file(made).stem
    for table in ("findings", "inequality", "facts"):
        found = _rows(made, f"SELECT DISTINCT build FROM {table}")
        assert [row["build"] for row in found] in ([], [_file(made).stem]), table
    assert not builds.verify(made.workspace.lake)


def test_an_estimated_figure_is_explained_by_what_it_stands_on(made: Country) -> None:
    for indicator in ("dtp1_coverage", "zero_dose_children", "births", "dtp1_sex_gap"):
        (one,) = made.workspace.explain(
            indicator=indicator,
            place="D1",
            period="2023",
            sex="total",
            method="estimated",
        )
        assert one.rows.num_rows == 0
        assert one.estimate["surveys"] == 1
        assert "boloci estimate" in one.formula.en


def _run(
    made: Country, capsys: pytest.CaptureFixture[str], *words: str, language: str
) -> str:
    """What a command prints on both streams."""
    capsys.readouterr()
    folder = str(made.workspace.root)
    assert run(["--language", language, "--workspace", folder, *words]) == 0
    told_of = capsys.readouterr()
    return told_of.out + told_of.err


def test_the_command_tells_what_it_published_and_what_to_do_next(
    mine: Country, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rough = partial(pipeline.estimate, chain=CHAIN)
    monkeypatch.setattr(pipeline, "estimate", rough)
    said = _run(mine, capsys, "estimate", language="fr")
    assert "2 régions estimées" in said
    assert _file(mine).stem in said
    assert "--method estimated" in said


def test_the_command_names_regions_that_still_lack(
    mine: Country, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rough = partial(pipeline.estimate, chain=CHAIN)
    monkeypatch.setattr(pipeline, "estimate", rough)
    shutil.rmtree(mine.workspace.lake / keeping.FOLDER)
    said = _run(mine, capsys, "estimate", "--region", "R2-name", language="en")
    assert "1 region estimated" in said
    assert "still without an estimate: R1-name" in said


def test_an_explanation_on_the_screen_says_what_was_estimated_from(
    made: Country, capsys: pytest.CaptureFixture[str]
) -> None:
    said = _run(
        made,
        capsys,
        *("explain", "--indicator", "dtp1_coverage", "--place", "D1"),
        *("--period", "2023", "--method", "estimated"),
        language="en",
    )
    assert "estimated from: doses, gridded births, surveys: 1" in said
    assert "holds 90 in 100" in said


def test_draws_are_kept_as_they_are_used(made: Country) -> None:
    for path in keeping.folder(made.workspace.lake).glob("*.npz"):
        kept = keeping.load(made.workspace.lake, path.stem)
        assert kept is not None
        assert len(kept.x) == CHAIN.draws
        assert np.isfinite(kept.x).all()
