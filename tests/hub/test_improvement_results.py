"""Results of a project: series of facts, lines people chose, what the rules say."""

import csv
import datetime
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django_tasks_db.models import DBTaskResult

from boloci import pipeline
from boloci.hub import reading, rights
from boloci.hub.imports.models import Publication
from boloci.hub.improvement import (
    compared,
    demo,
    demo_team,
    judging,
    package,
    records,
    results,
    series,
)
from boloci.hub.improvement.models import (
    Baseline,
    Cycle,
    Idea,
    Measure,
    Project,
    Session,
    Site,
    TeamFile,
    Visit,
)
from boloci.hub.improvement.series import Counts, Series
from boloci.lake import snapshots
from boloci.stats.control_charts import Chart, ControlChart
from boloci.stats.phases import Phase
from tests.hub.conftest import Hub

MONTHS = tuple(f"2024{month:02}" for month in range(1, 13))
DAY = datetime.date(2024, 1, 1)
ONE = frozenset({"A"})


def counts(values: Mapping[str, tuple[float, float]], months: Any = MONTHS) -> Counts:
    """Numerators and denominators by month; a month that is left out is a gap."""
    pairs = [values.get(month, (np.nan, np.nan)) for month in months]
    up, down = (np.array([pair[n] for pair in pairs], float) for n in (0, 1))
    return Counts(up, down, 100 * up / down)


def of_children(male: Any, female: Any) -> Series:
    by_sex = {"male": counts(male), "female": counts(female), "total": counts({})}
    return Series(MONTHS, by_sex, (ONE,) * len(MONTHS))


def line(kind: str, first: str, last: str = "") -> Baseline:
    return Baseline(kind=kind, first=first, last=last)


@pytest.mark.parametrize(
    ("lines", "laid"),
    [
        ([], [Phase(0, None)]),
        ([line("freeze", "202401", "202406")], [Phase(0, 6)]),
        ([line("rebase", "202407")], [Phase(0, None), Phase(6, None)]),
        ([line("rebase", "202301")], [Phase(0, None)]),
        ([line("rebase", "202512")], [Phase(0, None)]),
        (
            [line("freeze", "202401", "202409"), line("rebase", "202407")],
            [Phase(0, None), Phase(6, None)],
        ),
    ],
)
def test_lines_that_people_chose_are_laid_on_the_months(
    lines: list[Baseline], laid: list[Phase]
) -> None:
    assert list(judging.phases(MONTHS, lines)) == laid


@pytest.mark.parametrize(
    ("gap", "unit", "value"),
    [
        ("points", "points", 40.0),
        ("girl_boy_ratio", "ratio", 0.5),
        ("relative", "percent", 50.0),
    ],
)
def test_the_gap_is_told_in_points_as_a_ratio_and_relative(
    gap: str, unit: str, value: float
) -> None:
    boys, girls = {"202401": (8.0, 10.0)}, {"202401": (4.0, 10.0)}
    measure = Measure(chart="run", rules="anhoej")
    found = judging.gap(measure, of_children(boys, girls), gap, name="g")
    assert (found.unit, found.values[0]) == (unit, pytest.approx(value))
    assert np.isnan(found.values[1:]).all()


@pytest.mark.parametrize(
    ("gap", "told"), [("points", [-15.0, 5.0]), ("girl_boy_ratio", [np.nan, 0.5])]
)
def test_a_drop_out_below_0_has_a_gap_in_points_and_no_ratio(
    gap: str, told: list[float]
) -> None:
    boys = {"202401": (-1.0, 20.0), "202402": (1.0, 10.0)}
    girls = {"202401": (2.0, 20.0), "202402": (1.0, 20.0)}
    measure = Measure(chart="run", rules="anhoej")
    found = judging.gap(measure, of_children(boys, girls), gap, name="g")
    assert found.values[:2].tolist() == pytest.approx(told, nan_ok=True)


@pytest.mark.parametrize("chart", ["p", "p_prime", "u", "u_prime"])
def test_a_drop_out_below_0_is_drawn_as_single_values(chart: str) -> None:
    boys = {"202401": (-1.0, 20.0), "202402": (1.0, 10.0)}
    found = judging.judged(
        Measure(chart=chart, rules="anhoej"), of_children(boys, boys), "male", name="m"
    )
    assert isinstance(found.result, ControlChart)
    assert found.result.chart is Chart.I


def test_the_trend_rule_is_judged_only_where_it_is_asked_for() -> None:
    rising = {month: (float(10 + n), 100.0) for n, month in enumerate(MONTHS)}
    series = of_children(rising, rising)

    def rules(asked: str) -> set[str]:
        measure = Measure(chart="run", rules=asked)
        return {
            s.rule for s in judging.judged(measure, series, "male", name="").signals
        }

    assert rules("trend") - rules("anhoej") == {"trend"}


@pytest.mark.parametrize("indicator", ["dtp1_coverage", "dropout_dtp1_dtp3"])
def test_routine_figures_with_and_without_a_target_are_a_series(
    hub: Hub, indicator: str
) -> None:
    place = hub.places("area")[0].place_id
    found = series.of_place(rights.EVERYTHING, Measure(indicator=indicator), place)
    assert found.known
    shown = reading.facts(
        rights.EVERYTHING,
        indicator=indicator,
        place=place,
        period=found.months[-1],
        sex="total",
        method="reported",
    ).to_pylist()
    usual = [r for r in shown if r["denominator_source"] in ("target", "", None)]
    assert [r["value"] for r in usual] == [found.by_sex["total"].value[-1]]


def test_before_is_the_month_before_the_first_change(hub: Hub) -> None:
    both = {"202401": (4.0, 10.0), "202403": (5.0, 10.0), "202412": (9.0, 10.0)}
    table = compared.table("c", of_children(both, both), "202404")
    assert table is not None
    assert table.title.endswith("mars 2024 et déc. 2024")
    boys, _girls, gap = table.rows
    assert (boys["before"], boys["after"]) == (50, 90)
    assert boys["lower"] < 40 < boys["upper"]
    assert gap["change"] == 0
    assert "projet" in table.note


def test_without_the_number_of_children_the_interval_is_refused_in_words(
    hub: Hub,
) -> None:
    blank = np.full(12, np.nan)
    values = blank.copy()
    values[[0, 11]] = 41, 83
    one = Counts(blank, blank, values)
    table = compared.table(
        "c",
        Series(MONTHS, dict.fromkeys(("male", "female", "total"), one), (ONE,) * 12),
        None,
    )
    assert table is not None
    assert table.rows[0]["lower"] is None
    assert "combien d'enfants" in table.note


MEASURED = """indicator,place_id,period,sex,numerator,denominator,value,source
complete_immunisation,mopti_assist,201610,male,,,41,ASSIST (USAID)
complete_immunisation,mopti_assist,201610,female,,,18,ASSIST (USAID)
complete_immunisation,mopti_assist,201708,male,,,83,ASSIST (USAID)
complete_immunisation,mopti_assist,201708,female,,,74,ASSIST (USAID)
"""
GROUP = """group,name,kind,place_id,valid_from,valid_to,reason
mopti_assist,ASSIST,project,,2016-10-01,2017-08-31,
"""


@pytest.fixture
def mopti(own_hub: Hub, tmp_path: Path) -> Project:
    """The project of the demo, over the figures that its source published."""
    for name, text in (("measures.csv", MEASURED), ("groups.csv", GROUP)):
        (tmp_path / name).write_text(text)
    files = [tmp_path / "measures.csv", tmp_path / "groups.csv"]
    pipeline.import_files(own_hub.workspace, files, by="a test")
    pipeline.build(own_hub.workspace)
    made = demo.make_project()
    assert made is not None
    return made


def test_mopti_is_told_as_its_source_tells_it(own_hub: Hub, mopti: Project) -> None:
    (found,) = results.results(rights.EVERYTHING, mopti)
    assert found.change is not None
    told = {row["whom"]: (row["before"], row["after"]) for row in found.change.rows}
    assert told == {"garçons": (41, 83), "filles": (18, 74), "écart": (23, 9)}
    assert found.change.rows[2]["change"] == -14
    assert found.change.rows[2]["lower"] is None
    assert all("peu" in says[0].what for _who, says in found.says)


def test_mopti_has_its_coaches_visits_sessions_and_trained_people(
    own_hub: Hub, mopti: Project
) -> None:
    number = {
        kind: records.of(mopti, kind).count()
        for kind in records.KINDS
        if kind != "project"
    }
    assert (number["coach"], number["visit"], number["session"]) == (18, 15, 4)
    people = [one.people for one in records.of(mopti, "training")]
    assert people == [54, 52]
    assert demo.make_project() == mopti
    assert records.of(mopti, "visit").count() == 15


def test_what_the_demo_invents_is_drawn_and_in_no_fact_rule_or_file(
    own_hub: Hub, mopti: Project
) -> None:
    (found,) = results.results(rights.EVERYTHING, mopti)
    assert found.chart is not None
    told = own_hub.browser("analyst").get(
        f"/improvement/{mopti.pk}.csv?table={found.chart.name}"
    )
    text = told.content.decode()
    assert "41" in text
    for invented in ("44", "47", "52", "55", "61"):
        assert f",{invented}" not in text
    assert "invented" not in text
    measure = records.of(mopti, "measure").get()
    known = series.of_sites(rights.EVERYTHING, mopti, measure)
    assert np.isnan(known.by_sex["male"].value[1:-1]).all()
    drawn = own_hub.browser("analyst").get(
        f"/improvement/{mopti.pk}.vl.json?chart={found.chart.name}"
    )
    numbers = re.findall(r": (\d+(?:\.\d+)?)[,\n}]", drawn.content.decode())
    assert {"41.0", "83.0"} <= {f"{float(one)}" for one in numbers}
    assert not {44.0, 47.0, 52.0, 55.0} & {float(one) for one in numbers}
    page = own_hub.browser("analyst").get(f"/improvement/{mopti.pk}").content.decode()
    assert "inventés" in page


@pytest.fixture
def teams(own_hub: Hub) -> Project:
    """The demo's project of invented teams, its months brought and then published."""
    made = demo_team.make_project()
    assert made is not None
    built = pipeline.build(own_hub.workspace)
    demo_team.note_published(built.build)
    return made


def test_the_demo_s_teams_have_months_as_facts_and_a_signal_after_a_tested_change(
    own_hub: Hub, teams: Project
) -> None:
    found = results.results(rights.EVERYTHING, teams)[0]
    girls = next(says for who, says in found.says if who == "filles")
    above = "9 mois d'affilée au-dessus de la médiane, entre avr. 2024"
    assert any(told.what.startswith(above) for told in girls)
    (measure,) = records.of(teams, "measure").filter(role="outcome")
    known = series.of_sites(rights.EVERYTHING, teams, measure)
    assert len(known.months) >= 14
    assert not np.isnan(known.by_sex["female"].numerator).any()
    first = package.table(rights.EVERYTHING, teams).rows[0]
    assert first["idea"] == "Séance du soir, près du marché"
    assert (first["tested"], first["adopted"], first["adapted"]) == (2, 1, 1)
    assert first["signals"] >= 1
    assert "session" in first["spread"]
    decided = {one.decision for one in records.of(teams, "cycle")}
    assert decided == {"adopt", "adapt", "abandon"}


def test_the_demo_s_teams_are_made_once_and_leave_no_job_behind(
    own_hub: Hub, teams: Project
) -> None:
    imports = len(snapshots.live(own_hub.workspace.lake))
    assert demo_team.make_project() == teams
    assert len(snapshots.live(own_hub.workspace.lake)) == imports
    assert TeamFile.objects.get().state == "sent"
    assert {one.state for one in Publication.objects.all()} == {"published"}
    assert not DBTaskResult.objects.exists()
    again = records.of(teams, "recount").get()
    assert again.snapshot
    assert "inventé" in teams.name


def test_annotations_are_of_the_site_that_is_looked_at(hub: Hub) -> None:
    district = hub.places("district")[0]
    one, other = [a.place_id for a in hub.places("area")][:2]
    project = Project.objects.create(
        place_id=district.place_id, name="P", problem="?", starts=DAY, by="a test"
    )
    for place in (one, other):
        Site.objects.create(project=project, place_id=place, joined=DAY, by="a test")
        idea = Idea.objects.create(
            project=project, place_id=place, name=f"I{place}", kind="data", by="a"
        )
        Cycle.objects.create(
            project=project, place_id=place, idea=idea, began=DAY, hypothesis="?"
        )
    Visit.objects.create(project=project, place_id=one, planned=DAY, day=DAY, by="a")
    Visit.objects.create(project=project, place_id=one, planned=DAY, by="a")
    Session.objects.create(project=project, day=DAY, sites=[other], by="a")
    here = [done.label for done in results.annotations(project, one)]
    assert here == [f"I{one}", "visite"]
    assert len(results.annotations(project)) == 4


def test_an_idea_that_moved_the_series_comes_first(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    district = hub.places("district")[0]
    moved, still = [a.place_id for a in hub.places("area")][:2]
    project = Project.objects.create(
        place_id=district.place_id, name="P", problem="?", starts=DAY, by="a"
    )
    Measure.objects.create(project=project, indicator="complete_immunisation", by="a")
    for place in (still, moved):
        idea = Idea.objects.create(
            project=project, place_id=place, name=place, kind="data", by="a"
        )
        Cycle.objects.create(
            project=project,
            place_id=place,
            idea=idea,
            began=datetime.date(2024, 1, 1),
            hypothesis="?",
            decision="adopt",
            by="a",
        )
    months = tuple(str(m) for m in (*range(202301, 202313), *range(202401, 202413)))
    low = [30, 33, 31, 34, 32, 30, 33, 31, 34, 32, 30, 33]
    up = [*low, *(one + 40 for one in low)]
    flat = [*low, *low]

    def own(values: list[int]) -> Series:
        one = counts(
            dict(zip(months, ((v, 100.0) for v in values), strict=True)), months
        )
        blank = counts({}, months)
        by_sex = {"male": blank, "female": blank, "total": one}
        return Series(months, by_sex, (ONE,) * 24)

    known = {moved: own(up), still: own(flat)}
    monkeypatch.setattr(series, "each_site", lambda *_asked: known)
    first, second = package.table(rights.EVERYTHING, project).rows
    assert (first["idea"], second["idea"]) == (moved, still)
    assert (first["signals"], second["signals"]) == (1, 0)
    assert (first["size"], second["size"]) == (40, 0)
    assert first["adopted"] == 1


def test_tests_of_sites_that_a_reader_does_not_see_are_told_apart_from_signals(
    hub: Hub,
) -> None:
    region = hub.places("region")[0]
    districts = [d for d in hub.places("district") if d.parent_id == region.place_id]
    areas = hub.places("area")
    one, other = (
        next(a.place_id for a in areas if a.parent_id == d.place_id)
        for d in districts[:2]
    )
    project = Project.objects.create(
        place_id=region.place_id, name="P", problem="?", starts=DAY, by="a"
    )
    Measure.objects.create(project=project, indicator="complete_immunisation", by="a")
    idea = Idea.objects.create(project=project, name="I", kind="data", by="a")
    for place in (one, other):
        Site.objects.create(project=project, place_id=place, joined=DAY, by="a")
        Cycle.objects.create(
            project=project,
            place_id=place,
            idea=idea,
            began=DAY,
            hypothesis="?",
            by="a",
        )
    address = f"/improvement/{project.pk}/package"
    told = "ceux des sites dont vous voyez les chiffres : 1."
    chief = hub.browser("district_manager", districts[0].place_id)
    assert told in re.sub(r"\s", " ", chief.get(address).content.decode())
    file = io.StringIO(chief.get(f"{address}.csv").content.decode("utf-8-sig"))
    (row,) = csv.DictReader(file)
    assert (row["tested"], row["signals_of"]) == ("2", "1 sur 2")
    every = hub.browser("analyst")
    assert "dont vous voyez" not in every.get(address).content.decode()
    assert "signals_of" not in every.get(f"{address}.csv").content.decode()


def test_every_page_of_a_project_is_there_in_both_languages(
    own_hub: Hub, mopti: Project
) -> None:
    browser = own_hub.browser("analyst")
    for language in ("fr", "en"):
        browser.cookies["boloci_language"] = language
        for page in ("", "/sites", "/package", "/story", "/wall"):
            answer = browser.get(f"/improvement/{mopti.pk}{page}")
            assert answer.status_code == 200
            assert "Mopti" in answer.content.decode()
