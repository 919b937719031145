"""The sex gap from files to facts: who reported, how sure, and never half assumed."""

import math

import pytest

from boloci.cli import run
from tests.spec.small_country import country, flags

PLACES = """
place_id name level parent_id
C Country country .
D North district C
A Aa area D
B Bb area D
E Ee area D
"""


OF_2023 = "2024-11-01 2024-11-30 12 23 . . ."
OF_2022 = "2023-11-01 2023-11-30 12 23 . . ."
HEADER = (
    "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
    " age_max_months evidence timing dose sex estimate standard_error lower upper n"
    " design_effect"
)
SURVEYS = f"""
{HEADER}
EDS DTP1 D {OF_2023} . .65 .02 . . 400 .
EDS DTP1 D {OF_2023} female .6 .03 .54 .66 200 .
EDS DTP1 D {OF_2023} male .7 .04 .62 .78 200 .
MICS DTP1 D {OF_2023} female .5 .02 . . 600 .
EDS DTP1 C {OF_2022} female .6 .03 . . 200 .
MICS DTP1 C {OF_2022} male .7 .03 . . 200 .
EDS DTP1 C {OF_2023} female .6 . . . . .
EDS DTP1 C {OF_2023} male .7 . . . . .
"""


def doses(place: str, *months: str, year: int = 2024, element: str = "DTP1") -> str:
    """Lines of a form by sex: each month "girls boys" or "girls boys total"."""
    lines = []
    for number, month in enumerate(months, start=1):
        cells = dict(zip(("female", "male", "."), month.split(), strict=False))
        lines += [
            f"{element} {place} {year}{number:02d} {sex} {value}"
            for sex, value in cells.items()
            if value != "x"
        ]
    return "\n".join(lines)


def form(*lines: str) -> str:
    return "\n".join(["element place_id period sex value", *lines])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """A reports both sexes, B girls always and boys in some months, E totals only.

    Targets are given without sex: 1.03 boys for a girl.
    """
    return country(
        tmp_path_factory.mktemp("sexes") / "w",
        places=PLACES,
        targets="""
        population place_id year value
        surviving_infants A 2024 406
        surviving_infants B 2024 203
        surviving_infants E 2024 203
        """,
        values=form(
            doses("A", *["8 10"] * 6, *["10 12"] * 6),
            doses("B", *["5 5"] * 6, *["5 x"] * 6),
            doses("E", *["x x 10"] * 12),
        ),
        measures="""
        indicator place_id period sex numerator denominator value source
        complete_immunisation A 202401 male 56 70 . register
        complete_immunisation A 202401 female 48 80 . register
        complete_immunisation A 2024 male . 70 80 survey
        complete_immunisation A 2024 female . 80 60 survey
        complete_immunisation B 201610 male . . 41 register
        complete_immunisation B 201610 female . . 18 register
        complete_immunisation B 201708 male . . 83 register
        complete_immunisation B 201708 female . . 74 register
        """,
        surveys=SURVEYS,
    )


def test_the_ratio_of_an_area_is_its_doses_over_the_expected_ratio(told):
    fact = told.fact("dtp1_sex_ratio", "A", "2024")
    assert fact["value"] == pytest.approx((108 / 132) * 1.03)
    assert "sex_ratio_assumed" in flags(fact)
    assert "sex_partial" not in flags(fact)


def test_the_ratio_carries_its_interval_and_the_gap_none(told):
    fact = told.fact("dtp1_sex_ratio", "A", "2024")
    wide = math.exp(1.959964 * math.sqrt(1 / 108 + 1 / 132))
    assert fact["lower"] == pytest.approx(fact["value"] / wide)
    assert fact["upper"] == pytest.approx(fact["value"] * wide)
    assert fact["confidence"] == 95
    assert told.fact("dtp1_sex_gap", "A", "2024")["lower"] is None


def test_three_reports_are_too_few_for_an_interval(told):
    assert told.fact("dtp1_sex_ratio", "A", "2024Q1")["lower"] is None
    assert told.fact("dtp1_sex_ratio", "A", "2024Q1")["value"] is not None


def test_a_month_is_worked_out_when_asked_without_an_interval(told):
    fact = told.fact("dtp1_sex_ratio", "A", "202401")
    assert (fact["value"], fact["lower"]) == (pytest.approx(0.824), None)


def test_months_in_which_one_sex_is_missing_enter_neither(told):
    """B: six months of 5 and 5, then girls alone: girls of 12 months are no gap."""
    fact = told.fact("dtp1_sex_ratio", "B", "2024")
    assert fact["value"] == pytest.approx(1.03)
    assert told.value("dtp1_doses", "B", "2024", sex="female") == 30
    assert told.value("dtp1_doses", "B", "202412", sex="female") == 5  # as reported


def test_the_gap_of_a_district_is_of_the_units_and_months_with_both_sexes(told):
    fact = told.fact("dtp1_sex_ratio", "D", "2024")
    assert fact["value"] == pytest.approx((108 + 30) / (132 + 30) * 1.03)
    assert {"sex_partial", "sex_ratio_assumed"} <= flags(fact)


def test_the_share_of_doses_with_sex_says_how_much_the_gap_rests_on(told):
    """D: A's 240 and B's 60 of both sexes, of 240 + 60 + E's 120."""
    fact = told.fact("dtp1_doses_with_sex_share", "D", "2024")
    assert (fact["numerator"], fact["denominator"]) == (300, 420)
    assert fact["value"] == pytest.approx(100 * 300 / 420)
    assert (fact["method"], fact["denominator_source"]) == ("reported", "")
    assert told.value("dtp1_doses_with_sex_share", "D", "202401") == pytest.approx(
        100 * 28 / 38
    )
    assert told.facts("dtp1_doses_with_sex_share", place="E") == []


def test_a_register_that_counts_its_children_gives_newcombes_interval(told):
    fact = told.fact(GAP, "A", "202401", method="register")
    ends = fact["value"], fact["lower"], fact["upper"]
    assert ends == pytest.approx((20, 5.24, 33.39), abs=0.005)
    assert fact["confidence"] == 95


def test_children_drawn_in_clusters_give_a_wider_one_and_say_so(told):
    fact = told.fact(GAP, "A", "2024", method="survey")
    assert fact["value"] == pytest.approx(20)
    assert fact["lower"] < 5.24 < 33.39 < fact["upper"]
    assert flags(fact) == {"design_effect_assumed"}


GAP = "complete_immunisation_sex_gap"


@pytest.mark.parametrize(("month", "points"), [("201610", 23), ("201708", 9)])
def test_the_seeds_gaps_have_no_interval_their_children_are_not_known(
    told, month, points
):
    fact = told.fact(GAP, "B", month, method="register")
    assert (fact["value"], fact["lower"], fact["confidence"]) == (points, None, None)


def test_a_survey_by_sex_tells_the_gap_with_its_own_intervals(told):
    fact = told.fact("dtp1_sex_gap", "D", "2023", method="survey")
    below = math.hypot(8, 6)  # boys .70 - .62, girls .66 - .60
    assert fact["value"] == pytest.approx(10)
    assert (fact["lower"], fact["upper"]) == pytest.approx((10 - below, 10 + below))
    assert (fact["confidence"], fact["denominator"]) == (95, 400)


def test_the_three_measures_are_told_of_a_survey(told):
    asked = {"place": "D", "period": "2023", "method": "survey", "sex": "total"}
    found = {
        fact["indicator"]: fact["value"]
        for name in ("ratio", "gap_relative")
        for fact in told.facts(f"dtp1_sex_{name}", **asked)
    }
    assert found == {
        "dtp1_sex_ratio": pytest.approx(6 / 7),
        "dtp1_sex_gap_relative": pytest.approx(100 / 7),
    }


def test_girls_of_one_survey_are_not_held_against_boys_of_another(told):
    assert told.facts("dtp1_sex_gap", place="C", period="2022", method="survey") == []


def test_a_survey_without_size_or_error_gives_a_gap_without_an_interval(told):
    fact = told.fact("dtp1_sex_gap", "C", "2023", method="survey")
    assert (fact["value"], fact["lower"]) == (pytest.approx(10), None)


def test_the_rows_behind_a_surveys_gap_are_girls_and_boys(told):
    [one] = told.workspace.explain(
        indicator="dtp1_sex_gap", place="D", period="2023", method="survey"
    )
    shown = [row for row in one.measured if row["shown"]]
    assert {row["sex"] for row in shown} == {1, 2}


@pytest.fixture(scope="module")
def ranged(told):
    [found] = told.workspace.range("dtp1_sex_gap", place="A", period="2024")
    return found


def test_the_gap_is_shown_at_both_ends_of_the_ratio_that_is_assumed(ranged):
    """A's 406 infants: 203 of each at 1.00, 200 girls and 206 boys at 1.03."""
    shown = {fact["boys_per_girl"]: fact["value"] for fact in ranged.facts}
    assert shown == {
        ratio: pytest.approx(
            100 * (132 / (406 * ratio / (1 + ratio)) - 108 / (406 / (1 + ratio)))
        )
        for ratio in (1.00, 1.03, 1.05)
    }
    assert shown[1.03] == told_gap(200, 206)
    assert ranged.reported["boys_per_girl"] == 1.03
    assert (ranged.low["boys_per_girl"], ranged.high["boys_per_girl"]) == (1.05, 1.00)


def told_gap(girls: float, boys: float):
    """Points between 132 boys and 108 girls of so many children."""
    return pytest.approx(100 * (132 / boys - 108 / girls))


def test_the_ratio_of_doses_moves_with_it_and_so_does_its_interval(told):
    [found] = told.workspace.range("dtp1_sex_ratio", place="A", period="2024")
    low = found.low
    assert low["value"] == pytest.approx(108 / 132)
    assert low["boys_per_girl"] == 1.00
    assert low["lower"] < low["value"] < low["upper"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fr", "Les cibles ne sont pas données par sexe"),
        ("en", "Targets are not given by sex"),
    ],
)
def test_the_command_tells_the_gap_under_each_ratio(told, capsys, language, sentence):
    asked = ("range", "dtp1_sex_gap", "--place", "A", "--period", "2024")
    where = ("--workspace", str(told.workspace.root), "--language", language)
    assert run([*where, *asked]) == 0
    shown = capsys.readouterr().out
    assert sentence in shown
    assert ("1,05" if language == "fr" else "1.05") in shown


def explained(told, name, place, period, **asked):
    [one] = told.workspace.explain(indicator=name, place=place, period=period, **asked)
    return one


def test_an_explanation_says_how_many_units_reported_sex(told):
    who = explained(told, "dtp1_sex_ratio", "D", "2024").sexes
    assert (who["units_with_sex"], who["units"]) == (2, 3)
    assert (who["doses_with_sex"], who["doses"]) == (300, 420)
    assert who["dispersion"] == 1


@pytest.mark.parametrize(
    ("name", "place", "period", "sentence"),
    [
        ("dtp1_sex_gap", "D", "2024", "nobody counted the children"),
        ("dtp1_sex_ratio", "A", "2024", "errors of reporting are not in it"),
        ("dtp1_sex_ratio", "A", "2024Q1", "too few reports of both sexes"),
        (GAP, "B", "201708", "the number of girls and of boys measured is not known"),
        (GAP, "A", "202401", "errors of reporting are not in it"),
    ],
)
def test_an_explanation_says_what_the_interval_holds_or_why_there_is_none(
    told, capsys, name, place, period, sentence
):
    asked = ("explain", "--indicator", name, "--place", place, "--period", period)
    where = ("--workspace", str(told.workspace.root), "--language", "en")
    assert run([*where, *asked]) == 0
    assert sentence in " ".join(capsys.readouterr().out.split())


def test_explain_on_the_screen_is_of_both_sexes_unless_one_is_asked(told, capsys):
    asked = ("--indicator", "dtp1_doses", "--place", "B", "--period", "2024")
    where = ("--workspace", str(told.workspace.root), "--language", "en")
    assert run([*where, "explain", *asked]) == 0
    both = capsys.readouterr()
    assert both.out.count("(dtp1_doses)") == 1
    assert "2 more figures are of girls or boys" in both.err
    assert run([*where, "explain", *asked, "--sex", "female"]) == 0
    girls = capsys.readouterr()
    assert "(dtp1_doses) · Bb · 2024 · girls" in girls.out
    assert "girls or boys" not in girls.err
