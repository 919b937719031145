"""A number that nobody can give in a month is told before it is published."""

from pathlib import Path

import pytest

from boloci import catalogue, workspace
from boloci.lake.engines import scratch
from boloci.pipeline import most_doses, typed_month
from tests.spec.small_country import TWO_AREAS, Country

HEADER = "element place_id period value"


def brought(folder: Path, *lines: str) -> list[dict]:
    """Findings `doses_impossible` of a dry run of these lines."""
    report = Country(workspace.init(folder / "w")).bring(
        places=TWO_AREAS, values="\n".join([HEADER, *lines]), dry_run=True
    )
    rows = report.findings.to_pylist()
    return [row for row in rows if row["rule"] == "doses_impossible"]


def test_a_billion_doses_of_an_area_are_told_with_their_month(tmp_path: Path) -> None:
    (found,) = brought(tmp_path, "DTP1 A 202411 1000000000", "DTP1 A 202410 31")
    assert (found["element"], found["place_id"]) == ("DTP1", "A")
    assert (found["period_start"], found["value"]) == ("202411", 1e9)
    assert (found["high"], found["severity"]) == (10_000, "error")


def test_of_a_place_and_vaccine_the_largest_is_told(tmp_path: Path) -> None:
    (found,) = brought(tmp_path, "DTP1 A 202411 20000", "DTP1 A 202412 30000")
    assert (found["period_start"], found["value"]) == ("202412", 30_000)


def test_what_a_district_can_give_is_not_doubted(tmp_path: Path) -> None:
    assert brought(tmp_path, "DTP1 D 202411 20000", "DTP1 A 202411 10000") == []


def test_a_year_is_not_held_against_what_a_month_can_be(tmp_path: Path) -> None:
    assert brought(tmp_path, "DTP1 A 2024 20000") == []


def test_a_campaign_of_an_element_that_is_given_by_routine_too_is_not_doubted(
    tmp_path: Path,
) -> None:
    header = "element place_id period strategy value"
    told = Country(workspace.init(tmp_path / "w")).bring(
        places=TWO_AREAS,
        values=f"{header}\nMCV1 A 202411 campaign 20000\nMCV1 A 202411 fixed 30",
        dry_run=True,
    )
    assert "doses_impossible" not in told.findings["rule"].to_pylist()


LEVELS = ("country", "region", "district", "area", "facility", None)


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_has_one_bound_in_a_build_an_import_and_a_typed_month(
    level: str | None,
) -> None:
    known = catalogue.load()
    profile = known.profiles["boloci"]
    most = most_doses.most(profile, level)
    asked = most_doses.most_sql(profile, "?")
    assert scratch().execute(f"SELECT {asked}", [level]).fetchone() == (most,)

    def found(doses: float) -> list[str]:
        typed = typed_month.Month("Aa", "A", 202411, {"DTP1": doses}, level=level or "")
        return [one.rule for one in typed_month.doubts(typed, {}, known, profile)]

    assert found(most) == []
    assert found(most + 1) == ["doses_impossible"]
