"""Why above 100 %: a small country in which one place at a time is wrong."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from boloci.stats.causes import CAUSES
from boloci.tables import Finding
from boloci.wording import MISSING, finding_sentence
from tests.spec import small_country as small

AREAS = [f"A{n}" for n in range(1, 9)]
DOSES = ("BCG", "DTP1", "DTP3", "MCV1")
YEAR = 2023
MONTHLY = 40
"""Doses of each antigen a month in a usual area, of 560 children a year: 86 %."""
CHILDREN = 560


def places() -> str:
    lines = ["place_id name level parent_id latitude longitude"]
    lines += [
        "C Pays country . . .",
        "R Region region C . .",
        "D District district R . .",
    ]
    # Far from each other: nobody goes to a neighbour for a dose.
    lines += [f"{area} Aire{area} area D {n}.0 {n}.0" for n, area in enumerate(AREAS)]
    return "\n".join(lines)


def targets(official: dict[str, int] | None = None) -> str:
    lines = ["population place_id year value source"]
    for area in AREAS:
        given = (official or {}).get(area, CHILDREN)
        lines.append(f"surviving_infants {area} {YEAR} {given} .")
        lines.append(f"live_births {area} {YEAR} {given} .")
        lines.append(f"surviving_infants {area} {YEAR} {CHILDREN} worldpop")
    lines.append(f"surviving_infants C {YEAR} {CHILDREN * len(AREAS)} un")
    return "\n".join(lines)


def values(changed: dict[tuple[str, str], str] | None = None) -> str:
    """Forty doses and forty antenatal visits a month everywhere, but where changed."""

    def lines() -> Iterator[Iterator[str]]:
        for area in AREAS:
            for element in (*DOSES, "ANC1"):
                usual = " ".join([str(MONTHLY + 2 * (n % 2)) for n in range(12)])
                cells = (changed or {}).get((area, element), usual)
                yield small.months(element, area, YEAR, cells)

    return small.values(*lines())


def evidence(told: small.Country, place: str, period: str = str(YEAR)) -> list[dict]:
    """The causes told of DTP1 coverage, the likeliest first."""
    found = told.workspace.explain(
        indicator="dtp1_coverage", place=place, period=period, sex="total"
    )
    assert len(found) == 1
    return [dict(cause) for cause in found[0].evidence]


@pytest.fixture(scope="module")
def small_target(tmp_path_factory: pytest.TempPathFactory) -> small.Country:
    """Area A1's official target is half of what visits and gridded births say."""
    return small.country(
        tmp_path_factory.mktemp("target"),
        places=places(),
        targets=targets({"A1": CHILDREN // 2}),
        values=values(),
    )


def test_a_target_of_half_the_births_is_named(small_target: small.Country):
    assert small_target.value("dtp1_coverage", "A1", str(YEAR)) > 170
    first = evidence(small_target, "A1")[0]
    assert first["cause"] == "target"
    assert first["strength"] == "strong"
    assert 1.5 < first["value"] < 2.3


def test_the_finding_of_a_small_target_says_so_in_both_languages(
    small_target: small.Country,
):
    found = small_target.findings("above_100_target")
    assert [f["place_id"] for f in found] == ["A1"]
    row = found[0]
    finding = Finding(
        **{
            name: json.loads(value) if name == "params" else value
            for name, value in row.items()
            if name != "build"
        }
    )
    for language in ("fr", "en"):
        for text in finding_sentence(
            finding, small_target.workspace.catalogue, language
        ):
            assert text
            assert MISSING not in text


def test_where_a_cause_is_named_the_doses_beside_it_are_no_second_warning(
    small_target: small.Country,
):
    plain = small_target.findings("coverage_above_100")
    severity = {f["place_id"]: f["severity"] for f in plain}
    [named] = small_target.findings("above_100_target")
    assert (severity["A1"], named["severity"]) == ("info", "warning")


def test_coverage_below_100_percent_has_no_evidence(small_target: small.Country):
    assert evidence(small_target, "A2") == []


def test_a_month_with_a_zero_too_many_is_named_with_its_month(tmp_path: Path):
    months = "40 42 40 42 420 42 40 42 40 42 40 42"
    told = small.country(
        tmp_path,
        places=places(),
        targets=targets(),
        values=values({("A2", "DTP1"): months}),
    )
    first = evidence(told, "A2")[0]
    assert (first["cause"], first["month"], first["unit"]) == (
        "spike",
        202305,
        "AireA2",
    )
    # 872 doses instead of 492 or so.
    assert first["value"] == pytest.approx(872 / 493, rel=0.02)
    assert "A2" in [f["place_id"] for f in told.findings("above_100_spike")]


def test_reports_entered_together_lift_the_quarter_they_came_in(tmp_path: Path):
    given = {
        "A3": "40 42 40 42 x x 123 42 40 42 40 42",
        "A4": "40 42 40 x x 123 40 42 40 42 40 42",
    }
    told = small.country(
        tmp_path,
        places=places(),
        targets=targets(dict.fromkeys(given, 400)),
        values=values(
            {
                (area, element): months
                for area, months in given.items()
                for element in (*DOSES, "ANC1")
            }
        ),
    )
    first = evidence(told, "A3", "2023Q3")[0]
    assert (first["cause"], first["month"]) == ("late", 202307)
    # The year, and a quarter that holds the silent months too, are not lifted by it.
    for place, period in (("A3", "2023"), ("A4", "2023Q2")):
        causes = [cause["cause"] for cause in evidence(told, place, period)]
        assert causes
        assert "late" not in causes


def test_a_unit_entered_twice_lifts_its_district(tmp_path: Path):
    """A5 opened in April and tells what A4 tells: it is the second entry."""
    months = {
        "A4": "50 61 52 63 54 65 56 67 58 69 51 62",
        "A5": "x x x 63 54 65 56 67 58 69 51 62",
    }
    twice = {(area, dose): months[area] for area in months for dose in DOSES}
    little = targets(dict.fromkeys(AREAS, 400))
    told = small.country(
        tmp_path, places=places(), targets=little, values=values(twice)
    )
    causes = {cause["cause"]: cause for cause in evidence(told, "D")}
    assert causes["duplicate"]["unit_id"] == "A5"


def test_nothing_but_doses_cannot_tell(tmp_path: Path):
    lines = ["population place_id year value", f"surviving_infants A1 {YEAR} 400"]
    told = small.country(
        tmp_path,
        places="place_id name level parent_id\nA1 Aire area .",
        targets="\n".join(lines),
        values=small.values(small.months("DTP1", "A1", YEAR, " ".join(["40"] * 12))),
    )
    found = evidence(told, "A1")
    assert found[0]["strength"] == "cannot_tell"
    assert {cause["cause"] for cause in found} <= set(CAUSES)
    every = [f for f in told.findings() if "above_100" in f["rule"]]
    assert [(f["rule"], f["place_id"], f["severity"]) for f in every] == [
        ("coverage_above_100", "A1", "warning")
    ]


def test_a_recount_that_finds_the_doses_clears_the_reports(tmp_path: Path):
    recounts = "\n".join(
        ["element place_id period register monthly_report"]
        + [f"DTP1 A1 2023{m:02d} 40 40" for m in range(1, 13)]
    )
    told = small.country(
        tmp_path,
        places="place_id name level parent_id\nA1 Aire area .",
        targets=f"population place_id year value\nsurviving_infants A1 {YEAR} 400",
        values=small.values(small.months("DTP1", "A1", YEAR, " ".join(["40"] * 12))),
        recounts=recounts,
    )
    over = {cause["cause"]: cause["score"] for cause in evidence(told, "A1")}
    assert over.get("over_reporting", 0) < over["target"]


def test_a_profile_without_these_constants_tells_no_cause(tmp_path: Path):
    told = small.country(
        tmp_path,
        profile="dhis2",
        places=places(),
        targets=targets({"A1": CHILDREN // 2}),
        values=values(),
    )
    found = told.workspace.findings(profile="dhis2")["rule"].to_pylist()
    assert not [rule for rule in found if rule.startswith("above_100_")]
    explained = told.workspace.explain(
        indicator="dtp1_coverage",
        place="A1",
        period=str(YEAR),
        sex="total",
        profile="dhis2",
    )
    assert list(explained[0].evidence) == []


def test_doses_told_by_quarter_have_no_faults_of_months(tmp_path: Path):
    told = small.country(
        tmp_path,
        places="place_id name level parent_id\nA1 Aire area .",
        targets=f"population place_id year value\nsurviving_infants A1 {YEAR} 400",
        values="\n".join(
            ["element place_id period value"]
            + [f"DTP1 A1 {YEAR}Q{quarter} 120" for quarter in range(1, 5)]
        ),
    )
    causes = {cause["cause"] for cause in evidence(told, "A1")}
    assert causes <= {"target", "over_reporting", "outside"}
    assert causes
