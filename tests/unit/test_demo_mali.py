"""The synthetic Mali itself, made once: the figures of the seed, and its size."""

import csv
import datetime
import time

import numpy as np
import pytest

from boloci import demo, names, narrative
from boloci.catalogue import load
from boloci.demo import answers, parameters, programme, tidy

STUDY = {
    "Asaco-Sodia": {"2022Q4": 142, "2023Q2": 74, "2024Q1": 59},
    "Boura": {"2022Q4": 107, "2023Q2": 62, "2024Q1": 100},
    "Bougouni Ouest": {"2023Q4": 48, "2024Q1": 142},
}
"""Published figures that are exact."""
SWINGING = ("N'Debougou", "Niono Central", "Kologo")
WINDOW = ("2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1")
LIMITS = narrative.Limits.of(load().profiles["boloci"])
HUB = ("Ségou", "Yorosso", "Bougouni", "Niono")


@pytest.fixture(scope="module")
def mali() -> answers.Answers:
    return demo.simulated(parameters.load(), programme.load(), seed=demo.SEED)


def index_of(mali, name: str) -> int:
    (found,) = [n for n, area in enumerate(mali.country.areas) if area.name == name]
    return found


def reported(mali, areas=slice(None)) -> np.ndarray:
    """DTP1 doses that came in a report, by quarter."""
    doses = (mali.reports.total("DTP1") * mali.reports.received)[areas]
    doses = doses.reshape(-1, doses.shape[-1]).sum(0)
    return doses.reshape(-1, 3).sum(1)


def coverage(mali, areas=slice(None)) -> dict[str, float]:
    """Reported DTP1 coverage by quarter against the official target, %."""
    official = mali.official[areas].reshape(-1, mali.official.shape[1])
    target = np.repeat(np.nansum(official, axis=0) / 4, 4)
    quarters = [f"{year}Q{n}" for year in range(2018, 2025) for n in (1, 2, 3, 4)]
    return dict(zip(quarters, 100 * reported(mali, areas) / target, strict=True))


def site(mali, name: str) -> dict[str, int]:
    return {q: round(v) for q, v in coverage(mali, index_of(mali, name)).items()}


@pytest.mark.parametrize("name", STUDY)
def test_a_study_site_has_the_published_figures(mali, name):
    own = site(mali, name)
    assert {quarter: own[quarter] for quarter in STUDY[name]} == STUDY[name]


def test_asaco_sodia_and_boura_decline_steadily_to_the_second_quarter(mali):
    for name in ("Asaco-Sodia", "Boura"):
        own = site(mali, name)
        assert own["2022Q4"] > own["2023Q1"] > own["2023Q2"]


def test_boura_recovers_gradually(mali):
    own = site(mali, "Boura")
    after = [own[quarter] for quarter in WINDOW[2:]]
    assert after == sorted(after)


def test_no_named_area_reports_more_than_the_published_maximum(mali):
    for area in mali.country.areas:
        if area.site:
            assert max(site(mali, area.name).values()) <= 142


def test_a_named_area_without_a_published_figure_is_about_its_target(mali):
    for name in ("Pelengana Nord", "Cinzana Gare", "Karangana", "Bougouni Est"):
        assert all(85 <= value <= 115 for value in site(mali, name).values())


def test_aniasco_and_bougouni_ouest_are_otherwise_about_100(mali):
    for name in ("Aniasco", "Bougouni Ouest"):
        own = site(mali, name)
        others = [v for q, v in own.items() if q not in STUDY.get(name, {})]
        assert all(85 <= value <= 115 for value in others)


@pytest.mark.parametrize("name", SWINGING)
def test_a_swinging_site_starts_between_40_and_50_without_trend(mali, name):
    own = [site(mali, name)[quarter] for quarter in WINDOW]
    swings = np.abs(np.diff(own))
    assert 40 <= own[0] <= 50
    assert swings.max() <= 39
    assert swings.min() >= 8
    assert abs(np.polyfit(range(6), own, 1)[0]) < 3


def test_the_largest_swing_is_39_points(mali):
    swings = [
        np.abs(np.diff([site(mali, name)[q] for q in WINDOW])).max()
        for name in SWINGING
    ]
    assert max(swings) == 39


def test_a_published_figure_is_also_a_child_of_the_answer_key(mali):
    """The site's doses are given to children who exist: no over-reporting there."""
    for name in STUDY:
        own = index_of(mali, name)
        truth = mali.truth
        assert (truth.reached["DTP1"][own] <= truth.due["DTP1"][own]).all()
        assert (
            mali.reports.total("DTP1")[own] == truth.given["DTP1"][own].sum(1)
        ).all()


def test_the_country_reports_more_than_its_target_and_reaches_less(mali):
    for row in answers.national(mali)[1:]:
        assert 103.5 < row["dtp1_reported_coverage"] < 112
        assert row["dtp1_true_coverage"] < 92


def test_true_coverage_of_the_country_is_that_of_wuenic(mali):
    rows = answers.national(mali)
    dtp1 = [row["dtp1_true_coverage"] for row in rows]
    dtp3 = [row["dtp3_true_coverage"] for row in rows]
    assert dtp1 == pytest.approx([81, 81, 75, 79, 84, 85, 91], abs=0.6)
    assert dtp3 == pytest.approx([76, 77, 70, 77, 75, 75, 82], abs=1.5)


def areas_in(mali, districts: set[str]) -> np.ndarray:
    tree = mali.country
    return np.array(
        [
            n
            for n, a in enumerate(tree.areas)
            if tree.districts[a.district].uid in districts
        ]
    )


def members(mali, group: str) -> set[str]:
    found = tidy.groups(mali.country, seed=demo.SEED)
    return {row["place_id"] for row in found if row["group"] == group}


def rises(series: dict[str, float] | np.ndarray) -> bool:
    """Every half-year from mid-2022 on is above the same half of the year before."""
    values = np.array(list(series.values()) if isinstance(series, dict) else series)
    halves = values.reshape(-1, 2).mean(1)[8:]
    slope = np.polyfit(range(10), values[-10:], 1)[0]
    return bool(halves[5] > halves[3] > halves[1]) and slope > 0


@pytest.mark.parametrize("group", ["", "gavi_44", "learning_hub"])
def test_dtp1_numbers_and_coverage_rise_since_mid_2022(mali, group):
    everywhere = np.arange(len(mali.country.areas))
    areas = areas_in(mali, members(mali, group)) if group else everywhere
    assert rises(coverage(mali, areas))
    assert rises(reported(mali, areas))


def in_words(said) -> str:
    texts = load().narrative
    told = narrative.told(said, texts, "fr", dose="DTC1")
    return "\n".join(told).replace("\u00a0", " ")


def test_the_narrative_of_the_three_levels_says_what_the_documents_say(mali):
    everywhere = np.arange(len(mali.country.areas))
    areas = {
        "National": everywhere,
        "Gavi": areas_in(mali, members(mali, "gavi_44")),
        "Learning Hub": areas_in(mali, members(mali, "learning_hub")),
    }
    quarters = list(coverage(mali))[7:25]
    assert (quarters[0], quarters[-1]) == ("2019Q4", "2024Q1")
    doses, percent = (
        narrative.Figure(
            quarters,
            [narrative.Line(name, of(mali, one)[7:25]) for name, one in areas.items()],
        )
        for of in (reported, lambda *asked: list(coverage(*asked).values()))
    )
    told = in_words(narrative.levels(doses, percent, LIMITS))
    assert "augmentent à tous les niveaux depuis le milieu de 2022 (T2 2022)" in told
    assert "Couvertures au-dessus de 100 %" in told
    assert "presque plates" in told
    assert "plus grand : Learning Hub." in told


def test_the_narrative_of_the_study_sites_says_what_the_documents_say(mali):
    named = (*STUDY, "Aniasco", *SWINGING)
    lines = [
        narrative.Line(name, [coverage(mali, index_of(mali, name))[q] for q in WINDOW])
        for name in named
    ]
    told = in_words(narrative.sites(narrative.Figure(WINDOW, lines), LIMITS))
    for part in (
        "6 trimestres (T4 2022 à T1 2024) : trop peu pour parler de tendance.",
        "À N'Debougou, à Niono Central et à Kologo, la couverture varie beaucoup",
        "jusqu'à 39 points d'écart d'un trimestre à l'autre, sans hausse ni baisse",
        "À Asaco-Sodia, la couverture part de 142 % au T4 2022 et baisse à chaque"
        " trimestre jusqu'à 74 % au T2 2023",
        "descend à 59 % au T1 2024, son point le plus bas",
        "À Boura, la couverture part de 107 % au T4 2022 et baisse à chaque trimestre"
        " jusqu'à 62 % au T2 2023, puis remonte à chaque trimestre jusqu'à 100 %",
        "À Bougouni Ouest et à Aniasco, la couverture reste le plus souvent autour de"
        " 100 % ; à Bougouni Ouest, elle chute à 48 % au T4 2023 puis rebondit à 142 %",
        "La couverture la plus haute est de 142 % (Asaco-Sodia, T4 2022)",
    ):
        assert part in told


def test_there_are_44_gavi_districts_and_the_list_says_that_it_is_invented(mali):
    rows = tidy.groups(mali.country, seed=demo.SEED)
    gavi = [row for row in rows if row["group"] == "gavi_44"]
    assert len({row["place_id"] for row in gavi}) == 44
    assert all("inventée" in row["reason"] for row in gavi)


def test_the_country_has_11_regions_75_districts_and_about_1400_areas(mali):
    tree = mali.country
    assert len(tree.region_uids) == 11
    assert len(tree.districts) == 75
    assert 1330 <= len(tree.areas) <= 1450
    assert len({area.uid for area in tree.areas}) == len(tree.areas)


def test_bougouni_est_and_ouest_are_two_areas(mali):
    est, ouest = index_of(mali, "Bougouni Est"), index_of(mali, "Bougouni Ouest")
    assert mali.country.areas[est].uid != mali.country.areas[ouest].uid
    assert "Est" not in mali.country.areas[ouest].site.aliases


def test_no_fault_is_planted_where_the_name_is_real(mali):
    for fault in mali.planted:
        assert not mali.country.quiet[fault.area]
        assert fault.other < 0 or not mali.country.quiet[fault.other]


def test_every_kind_of_fault_is_planted(mali):
    assert {f.kind for f in mali.planted} == set(mali.country.parameters.faults)


def test_targets_are_wrong_by_up_to_half(mali):
    wrong = np.abs(mali.known.official / mali.known.true - 1)[~mali.country.quiet]
    assert 0.4 < np.nanmax(wrong) < 0.56


def test_no_invented_name_is_a_real_one(mali, shared):
    with shared("data/mali_names/mali_dhis2_uid_names.csv").open(encoding="utf-8") as f:
        real = {
            names.fold(row[column])
            for row in csv.DictReader(f)
            for column in ("dhis2_name", "snisi_name")
        }
    tree = mali.country
    invented = [d.name for d in tree.districts if not d.real]
    invented += [a.name for a in tree.areas if not a.real]
    assert not {name for name in invented if names.fold(name) in real}


def test_the_mopti_project_has_its_published_percentages_and_no_members(mali):
    found = {(m["period"], m["sex"]): m["value"] for m in tidy.measures(mali.country)}
    assert found == {
        ("201610", "male"): 41,
        ("201610", "female"): 18,
        ("201708", "male"): 83,
        ("201708", "female"): 74,
    }
    assert members(mali, "mopti_assist") == {""}


def test_members_of_a_study_are_dated(mali):
    rows = tidy.groups(mali.country, seed=demo.SEED)
    rapid = [row for row in rows if row["group"] == "rapid_assessment"]
    sites = [row for row in rows if row["group"] == "learning_hub_sites"]
    assert {row["valid_to"] for row in rapid} == {datetime.date(2023, 12, 31)}
    assert {row["valid_from"] for row in sites} == {datetime.date(2022, 11, 1)}
    assert len(sites) == 8


def test_each_district_is_in_one_region_of_each_map(mali):
    rows = tidy.groups(mali.country, seed=demo.SEED)
    for code, count in (("region2016", 11), ("region2023", 20)):
        own = [row for row in rows if row["group"].startswith(code)]
        assert len({row["group"] for row in own}) == count
        assert len(own) == len({row["place_id"] for row in own}) == 75


def test_about_a_third_of_areas_count_girls_and_boys(mali):
    assert 0.3 < mali.reports.by_sex.mean() < 0.4


def test_the_whole_country_is_written_in_time(tmp_path):
    started = time.process_time()
    written = demo.write(tmp_path)
    assert time.process_time() - started < 25
    assert 1_000_000 < written.figures["values"] < 3_000_000
    assert all(path.stat().st_size for path in written.files)
