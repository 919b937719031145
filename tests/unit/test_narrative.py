"""Narratives: every sentence from a small table, and none that its data contradict."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boloci import names_in_text, narrative
from boloci.catalogue import load
from boloci.narrative import Figure, Limits, Line, levels, sites
from boloci.stats import swings
from boloci.wording import placeholders

CATALOGUE = load()
LIMITS = Limits.of(CATALOGUE.profiles["boloci"])
SIX = ["2022Q4", "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1"]
NINE = [f"{year}Q{part}" for year in (2022, 2023) for part in (1, 2, 3, 4)] + ["2024Q1"]
ROOM = Path(narrative.__file__).parent


def figure(periods, **lines):
    named = {name.replace("_", " "): values for name, values in lines.items()}
    return Figure(periods, [Line(name, values) for name, values in named.items()])


def french(said):
    told = narrative.told(said, CATALOGUE.narrative, "fr", dose="DTC1")
    return [text.replace("\u00a0", " ") for text in told]


def english(said):
    return narrative.told(said, CATALOGUE.narrative, "en", dose="DTP1")


def codes(said):
    return [one.code for one in said]


def test_a_rise_of_doses_and_coverage_at_all_levels_has_its_beginning():
    doses = figure(
        NINE,
        National=[220, 190, 200, 205, 210, 200, 210, 216, 221],
        Gavi=[130, 110, 120, 121, 122, 120, 126, 127, 131],
    )
    coverage = figure(
        NINE,
        National=[80, 70, 71, 72, 79, 73, 74, 75, 80],
        Gavi=[80, 70, 71, 72, 81, 73, 74, 75, 82],
    )
    said = levels(doses, coverage, LIMITS)
    assert codes(said) == ["rise_all", "yearly"]
    assert french(said)[0] == (
        "Par rapport au même trimestre un an plus tôt, le nombre de doses de DTC1 et la"
        " couverture augmentent à tous les niveaux depuis le milieu de 2022 (T2 2022) :"
        " National et Gavi."
    )
    assert english(said)[0] == (
        "Compared with the same quarter a year earlier, DTP1 numbers and coverage have"
        " been increasing at all levels since mid-2022 (Q2 2022): National and Gavi."
    )
    assert french(said)[1].endswith("National +5,3 % ; Gavi +6,2 %.")
    assert "middle of these comparisons (median)" in english(said)[1]


def test_levels_that_go_different_ways_are_told_apart():
    up, down = [1, 1, 1, 1, 2, 2, 2, 2, 3], [9, 8, 8, 8, 7, 7, 7, 7, 6]
    same = [5, 6, 5, 6, 5, 6, 5, 6, 5]
    both = figure(NINE, A=up, B=down, C=same)
    first = french(levels(both, both, LIMITS))[0]
    assert first == (
        "Nombre de doses de DTC1, par rapport au même trimestre un an plus tôt : en"
        " hausse depuis le début de 2022 (T1 2022) (A) ; en baisse depuis le début de"
        " 2022 (T1 2022) (B) ; ni hausse ni baisse nette (C)."
    )


def test_a_change_too_small_is_no_trend():
    slow = [1000, 1000, 1000, 1000, 1001, 1001, 1001, 1001, 1002]
    (numbers, coverage, *_) = levels(figure(NINE, A=slow), figure(NINE, A=slow), LIMITS)
    assert [numbers.values["clauses"][0].code] == ["unclear"]
    assert [coverage.values["clauses"][0].code] == ["unclear"]


def test_six_quarters_are_too_few_for_a_trend():
    steep = figure(SIX, A=[10, 20, 30, 40, 50, 60])
    assert french(levels(steep, steep, LIMITS)) == [
        "6 trimestres (T4 2022 à T1 2024) : trop peu pour parler de tendance."
    ]
    assert english(sites(steep, LIMITS))[0] == (
        "6 quarters (Q4 2022 to Q1 2024): too few to speak of a trend."
    )


def test_a_line_that_the_scale_flattens_is_named():
    doses = figure(
        SIX, Big=[200, 220, 210, 205, 215, 220], Small=[16, 17, 15, 16, 17, 18]
    )
    hidden = levels(doses, figure(SIX), LIMITS)[-1]
    assert (hidden.code, hidden.values["names"]) == ("hidden", ["Small"])
    assert "le début vaut 100" in french([hidden])[0]


def test_values_above_100_are_counted_and_the_highest_is_named():
    said = sites(
        figure(SIX, Asaco=[142, 108, 74, 89, 71, 59], B=[99, 155, 97, 104, 100, 98]),
        LIMITS,
    )
    (above,) = (one for one in said if one.code == "above_100")
    assert french([above])[0].startswith(
        "Couvertures au-dessus de 100 % : 4 chiffres sur 12, jusqu'à 155 % (B, T1"
        " 2023)."
    )
    assert "up to 155% (B, Q1 2023)" in english([above])[0]


def test_places_that_swing_without_direction_are_told_together():
    said = sites(
        figure(
            SIX,
            NDebougou=[46.7, 85.8, 54.7, 70.9, 49.1, 61.7],
            Kologo=[48.9, 73.7, 42.2, 66.3, 52.9, 44.3],
        ),
        LIMITS,
    )
    assert french(said)[1] == (
        "À NDebougou et à Kologo, la couverture varie beaucoup (entre 42 % et 86 % ; au"
        " départ, de 47 à 49 % au T4 2022) : jusqu'à 39 points d'écart d'un trimestre à"
        " l'autre, sans hausse ni baisse nette."
    )
    assert "up to 39 percentage points from one quarter to the next" in english(said)[1]


def test_a_sharp_drop_and_its_rebound_are_told_of_a_place_around_100():
    said = sites(
        figure(
            SIX,
            Aniasco=[99, 102, 97, 104, 100, 98],
            Bougouni=[101, 98, 103, 97, 48, 142],
        ),
        LIMITS,
    )
    assert french(said)[1] == (
        "À Aniasco et à Bougouni, la couverture reste le plus souvent autour de 100 % ;"
        " à Bougouni, elle chute à 48 % au T4 2023 puis rebondit à 142 % le trimestre"
        " suivant."
    )


def test_the_end_of_a_peak_is_no_drop():
    said = sites(figure(SIX, A=[100, 101, 160, 100, 99, 100]), LIMITS)
    assert (
        french(said)[1] == "À A, la couverture reste le plus souvent autour de 100 %."
    )


def test_a_fall_from_the_start_says_what_came_after():
    asaco = [142, 108, 74, 89, 71, 59]
    boura = [107, 83, 62, 74, 88, 100]
    other = [100, 80, 60, 70, 65, 75]
    told = french(sites(figure(SIX, Asaco=asaco, Boura=boura, Other=other), LIMITS))
    assert told[1:4] == [
        "À Asaco, la couverture part de 142 % au T4 2022 et baisse à chaque trimestre"
        " jusqu'à 74 % au T2 2023, puis continue de varier et descend à 59 % au T1"
        " 2024, son point le plus bas.",
        "À Boura, la couverture part de 107 % au T4 2022 et baisse à chaque trimestre"
        " jusqu'à 62 % au T2 2023, puis remonte à chaque trimestre jusqu'à 100 % au T1"
        " 2024.",
        "À Other, la couverture part de 100 % au T4 2022 et baisse à chaque trimestre"
        " jusqu'à 60 % au T2 2023, puis varie entre 65 % et 75 %.",
    ]


def test_highest_and_lowest_are_told_with_where_and_when():
    said = sites(
        figure(SIX, A=[50, 60, 50, 61, 50, 62], B=[70, 71, 72, 71, 70, 71]), LIMITS
    )
    assert (
        "La couverture la plus haute est de 72 % (B, T2 2023), la plus basse de 50 %"
        " (A, T4 2022)." in french(said)
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([60, 62, 61, 60, 63, 61], "calm"),
        ([40, 45, 70, 68, 75, 90], "climbs"),
        ([80, 82, 55, 57, 40, 35], "sinks"),
        ([120, 130, 115, 140, 125, 90], "over"),
        ([None, 50, None, 60, None, None], "gaps"),
    ],
)
def test_every_place_is_told_once(values, code):
    found = codes(sites(figure(SIX, A=values), LIMITS))
    assert code in found
    kinds = {
        "calm",
        "climbs",
        "sinks",
        "over",
        "gaps",
        "around",
        "swings",
        "opening_fall",
    }
    assert len(kinds.intersection(found)) == 1


def test_nothing_is_said_of_no_lines():
    assert levels(figure(SIX), figure(SIX), LIMITS) == []
    assert sites(figure(SIX), LIMITS) == []
    assert sites(figure([]), LIMITS) == []


def test_periods_with_one_left_out_are_refused():
    with pytest.raises(ValueError, match="next"):
        figure(["2023Q1", "2023Q3"], A=[1, 2])
    with pytest.raises(ValueError, match="next"):
        figure(["2023Q1", "2024"], A=[1, 2])
    with pytest.raises(ValueError, match="one for each"):
        figure(["2023Q1"], A=[])


def test_semesters_are_told_as_semesters():
    said = sites(figure(["2022S1", "2022S2", "2023S1"], A=[90, 60, 40]), LIMITS)
    assert "au S1 2022 et baisse à chaque semestre" in french(said)[1]


@pytest.mark.parametrize(
    ("name", "of", "at"),
    [
        ("Asaco-Sodia", "d'Asaco-Sodia", "à Asaco-Sodia"),
        ("Boura", "de Boura", "à Boura"),
        ("N'Débougou", "de N'Débougou", "à N'Débougou"),
        ("Yorosso", "de Yorosso", "à Yorosso"),
        ("Éléssa", "d'Éléssa", "à Éléssa"),
    ],
)
def test_french_elides_before_a_vowel(name, of, at):
    assert names_in_text.of(name, "fr") == of
    assert names_in_text.at(name, "fr") == at
    assert names_in_text.of(name, "en") == f"of {name}"


def test_every_code_has_its_sentence_and_every_sentence_its_code():
    source = "".join(p.read_text(encoding="utf-8") for p in ROOM.glob("*.py"))
    parts = re.compile(r"(?:in|around|step|steps|before)_\w+|span|points")
    for code in CATALOGUE.narrative:
        assert parts.fullmatch(code) or f'"{code}"' in source, code


def test_both_languages_of_a_sentence_take_the_same_values():
    for code, text in CATALOGUE.narrative.items():
        assert placeholders(text.fr) == placeholders(text.en), code


VALUES = st.tuples(*[st.none() | st.integers(0, 300)] * len(NINE)).map(list)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_no_sentence_lacks_a_value_or_contradicts_its_data(rows):
    made = Figure(NINE, [Line(f"L{at}", row) for at, row in enumerate(rows)])
    by_name = {line.name: line.values for line in made.lines}
    known = [v for row in rows for v in row if v is not None]
    said = [*levels(made, made, LIMITS), *sites(made, LIMITS)]
    for text in [*french(said), *english(said)]:
        assert "…" not in text
        assert "{" not in text
    for one in said:
        lines = [by_name[name] for name in one.values.get("names", ())]
        _check(one, lines, known)


def _check(one, lines, known):
    """That the data themselves show what a sentence says."""
    if one.code in ("rise_all", "fall_all"):
        ways = {sum(line[5:]) > sum(line[1:5]) for line in lines}
        assert ways == {one.code == "rise_all"}
    if one.code == "extremes":
        assert one.values["high_percent"] == max(known)
        assert one.values["low_percent"] == min(known)
    if one.code == "above_100":
        assert one.values["above_count"] == sum(v > 100 for v in known)
        assert one.values["high_percent"] == max(known)
    if one.code == "opening_fall":
        (line,) = lines
        low = NINE.index(one.values["low_period"])
        told = line[: low + 1]
        assert told == sorted(told, reverse=True)
        for then in one.values["then"]:
            rest = [v for v in line[low:] if v is not None]
            if then.code == "then_climbs":
                assert rest == sorted(rest)
            if then.code == "then_lower":
                assert then.values["lowest_percent"] == min(
                    v for v in line if v is not None
                )
    if one.code in ("swings", "calm"):
        (between,) = one.values["then"]
        own = [v for line in lines for v in line if v is not None]
        assert between.values["low_percent"] == min(own)
        assert between.values["high_percent"] == max(own)
    if one.code in ("swings", "climbs", "sinks"):
        assert one.values["swing_points"] >= LIMITS.swing
        for line in lines:
            tau = swings.kendall_tau(line)
            assert {
                "swings": abs(tau) < LIMITS.tau,
                "climbs": tau > 0,
                "sinks": tau < 0,
            }[one.code]
    if one.code == "around":
        for line in lines:
            told = [v for v in line if v is not None]
            assert sum(90 <= v <= 110 for v in told) * 2 > len(told)
