"""From files to measures of inequality, on a country small enough to work out by hand.

Six districts of 1200 children a year; the sixth never reports. Monthly doses of DTP3
in 2023: 50, 60, 70, 80, 90, so that coverage is 50 to 90 %.
"""

import json

import pytest

from boloci.cli import run
from boloci.inequality import measures_named
from boloci.inequality_asked import cases, understand
from boloci.pipeline.inequality import measures
from boloci.problems import Refused
from tests.spec.small_country import Country, country, months, values

PLACES = """
place_id name level parent_id
ML Mali country .
R1 Sikasso region ML
R2 Kidal region ML
D1 Bougouni district R1
D2 Kadiolo district R1
D3 Kolondieba district R1
D4 Koutiala district R1
D5 Yorosso district R1
D6 Abeibara district R2
"""
GROUPS = """
group name kind place_id
h1 South study D1
h1 South study D2
h2 Middle study D3
h3 North study D4
h3 North study D5
other Other study D1
"""
TARGETS = "population place_id year value\n" + "\n".join(
    f"surviving_infants D{number} {year} 1200"
    for number in range(1, 7)
    for year in (2022, 2023)
)
THIRD = {2022: (90, 60, 70, 80, 40), 2023: (50, 60, 70, 80, 90)}
FIRST = {2022: (95, 95, 95, 95, 95), 2023: (60, 95, 95, 95, 95)}


def year(element: str, place: str, period: int, doses: int, columns: str = "."):
    return months(element, place, period, f"{doses} " * 12, columns)


def told() -> str:
    lines = [
        year(element, f"D{number}", period, doses)
        for element, by_year in (("DTP3", THIRD), ("DTP1", FIRST))
        for period, every in by_year.items()
        for number, doses in enumerate(every, start=1)
    ]
    lines += [year("MCV1", f"D{n}", 2023, 130) for n in range(2, 6)]
    lines += [
        year("MCV1", "D1", 2023, 30, "female"),
        year("MCV1", "D1", 2023, 50, "male"),
    ]
    return values(*lines, header="element place_id period sex value")


@pytest.fixture(scope="module")
def mali(tmp_path_factory: pytest.TempPathFactory) -> Country:
    return country(
        tmp_path_factory.mktemp("unequal") / "w",
        places=PLACES,
        groups=GROUPS,
        targets=TARGETS,
        values=told(),
    )


def row(mali: Country, measure: str, indicator: str = "dtp3_coverage", **asked):
    asked = {"place": "Sikasso", "period": "2023", **asked}
    found = mali.workspace.inequality(indicator, measure=measure, **asked).to_pylist()
    assert len(found) == 1, found
    return found[0]


def flags(found) -> set[str]:
    return set(filter(None, found["flags"].split(";")))


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("lowest_quintile", 50),
        ("lowest_quintile_gap", 70 - 50),
        ("lowest_quintile_last_year", 90),
        ("lowest_quintile_last_year_gap", 70 - 90),
        ("difference", 40),
        ("ratio", 1.8),
        ("worst_fifth_zero_dose_share", 40),
        ("bgv", 200),
        ("bgsd", 200**0.5),
        ("mdmu", 12),
        ("mdbu", 20),
        ("idisu", 100 * 12 / 70),
        ("par", 20),
        ("paf", 100 * 20 / 70),
    ],
)
def test_measures_over_districts(mali, measure, value):
    found = row(mali, measure)
    assert found["value"] == pytest.approx(value)
    assert (found["n"], found["left_out"]) == (5, 0)
    assert (found["over"], found["place_id"]) == ("district", "R1")


def test_noise_comes_from_the_counts_and_is_taken_out(mali):
    """Months alike, so over-dispersion 1: se^2 = 10^4 x doses / 1200^2; doses 4200.

    Added by noise: sum of .2 x .8 x se^2 = .16 x 10^4 x 4200 / 1200^2 = 4.667.
    """
    assert row(mali, "bgv_corrected")["value"] == pytest.approx(200 - 14 / 3)
    assert row(mali, "bgv")["value"] == pytest.approx(200)


def test_the_difference_has_an_interval_from_the_noise_of_both_ends(mali):
    """se^2 = 10^4 x (600 + 1080) / 1200^2 = 11.667."""
    found = row(mali, "difference")
    assert found["upper"] - found["value"] == pytest.approx(1.959964 * (35 / 3) ** 0.5)


@pytest.mark.parametrize("measure", ["mdbu", "mdbw", "par", "paf"])
def test_an_interval_that_does_not_hold_its_value_is_not_given(mali, measure):
    """All at 95 %: the gap to the best is 0, that of draws is always above."""
    found = row(mali, measure, "dtp1_coverage", period="2022")
    assert found["value"] == pytest.approx(0)
    assert (found["lower"], found["upper"]) == (None, None)
    assert "interval_unknown" in flags(found)
    kept = row(mali, measure)
    assert kept["lower"] < kept["value"] < kept["upper"]
    assert "interval_unknown" not in flags(kept)


def test_an_interval_of_a_variance_does_not_go_below_zero(mali):
    found = row(mali, "bgv", "dtp1_coverage", period="2022")
    assert (found["value"], found["lower"]) == (pytest.approx(0), None)
    assert "interval_unknown" in flags(found)
    assert row(mali, "bgv")["lower"] > 0


def test_a_district_without_reports_is_left_out_and_counted(mali):
    found = row(mali, "difference", place="Mali")
    assert (found["value"], found["n"], found["left_out"]) == (40, 5, 1)
    assert "groups_left_out" in flags(found)


def test_one_district_is_not_unequal_to_itself(mali):
    found = row(mali, "difference", place="Kidal")
    assert found["value"] is None
    assert {"refused", "too_few_groups"} <= flags(found)


@pytest.mark.parametrize("measure", ["par", "paf", "mdbu", "mdbw"])
def test_measures_to_the_best_are_refused_where_the_best_is_an_error(mali, measure):
    found = row(mali, measure, "mcv1_coverage")
    assert found["value"] is None
    assert {"refused", "best_above_100", "above_100"} <= flags(found)


def test_concentration_of_zero_dose_comes_from_estimates_only(mali):
    found = row(mali, "zero_dose_concentration")
    assert found["value"] is None
    assert {"refused", "estimates_needed"} <= flags(found)


def test_last_years_worst_cannot_be_told_without_last_year(mali):
    found = row(mali, "lowest_quintile_last_year", period="2022")
    assert found["value"] is None
    assert {"refused", "values_missing"} <= flags(found)


def test_girls_and_boys_of_one_place(mali):
    """1.03 boys per girl: 360 / (1200 / 2.03), 600 / (1200 x 1.03 / 2.03)."""
    found = row(mali, "difference", "mcv1_coverage", over="sex", place="Bougouni")
    boys, girls = 60000 / (1236 / 2.03), 36000 / (1200 / 2.03)
    assert found["value"] == pytest.approx(boys - girls)
    assert (found["n"], found["over"]) == (2, "sex")
    bgv = row(mali, "bgv", "mcv1_coverage", over="sex", place="Bougouni")
    assert "too_few_groups" in flags(bgv)


def test_groups_of_places_chosen_by_name(mali):
    found = row(mali, "difference", over="group", among="h*", place="Mali")
    assert found["value"] == pytest.approx(85 - 55)
    assert found["n"] == 3


def test_groups_that_share_places_are_refused(mali):
    with pytest.raises(Refused) as refused:
        row(mali, "difference", over="group", place="Mali")
    problem = refused.value.problems[0]
    assert problem.code == "groups_share_places"
    assert {problem.values["first"], problem.values["second"]} == {"South", "Other"}


def test_the_reference_is_a_place_that_is_named(mali):
    assert row(mali, "mdru", reference="Yorosso")["value"] == pytest.approx(20)
    assert "reference_missing" in flags(row(mali, "mdru"))


def test_a_level_without_places_is_refused_with_the_levels_there_are(mali):
    with pytest.raises(Refused) as refused:
        row(mali, "difference", over="village", place="Mali")
    (problem,) = refused.value.problems
    assert problem.code == "level_without_places"
    assert problem.values["level"] == "village"
    assert problem.values["known"] == "region, district, group, sex"


def test_a_place_with_nothing_below_it_can_be_compared_by_sex_alone(mali):
    with pytest.raises(Refused) as refused:
        row(mali, "difference", over="district", place="Bougouni")
    assert "region" not in refused.value.problems[0].values["known"]


def test_an_indicator_may_be_called_by_its_name(mali):
    named = mali.workspace.inequality("couverture penta 3", period="2023")
    coded = mali.workspace.inequality("dtp3_coverage", period="2023")
    assert named.equals(coded)


def test_what_is_no_percentage_is_refused(mali):
    with pytest.raises(Refused) as refused:
        mali.workspace.inequality("dtp3_doses", period="2023")
    assert refused.value.problems[0].code == "inequality_of_percentages"


def test_years_in_which_no_group_has_a_value_are_left_out(mali):
    """Girls and boys are told of MCV1 in 2023 only."""
    asked = {"over": "sex", "place": "Bougouni", "period": None}
    assert row(mali, "difference", "mcv1_coverage", **asked)["period"] == "2023"
    of_survey = row(
        mali, "difference", over="region", place="Mali", method="survey", period=None
    )
    assert (of_survey["period"], of_survey["value"]) == ("2023", None)
    assert "too_few_groups" in flags(of_survey)
    assert row(mali, "difference", "mcv1_coverage", period="2022")["n"] == 0


def test_an_indicator_nobody_knows_is_not_answered_with_an_option(mali, capsys):
    assert run(["--workspace", str(mali.workspace.root), "inequality", "foo"]) == 2
    assert "--indicator" not in capsys.readouterr().err


def test_a_measure_nobody_knows_is_refused(mali):
    with pytest.raises(Refused) as refused:
        row(mali, "gini")
    assert refused.value.problems[0].code == "choice_unknown"


def test_what_a_build_stores_is_what_is_worked_out_when_asked(mali):
    stored = mali.workspace.inequality("dtp3_coverage", place="Mali").to_pylist()
    names = measures_named(mali.workspace, ())
    question = understand(mali.workspace, "dtp3_coverage", place="Mali")
    computed = [one for case in cases(question) for one in measures(case, names)]
    assert len(stored) == len(computed) == 2 * len(names)
    for ours, theirs in zip(stored, computed, strict=True):
        assert {name: ours[name] for name in theirs} == theirs


def test_quarters_are_worked_out_without_noise(mali):
    found = row(mali, "bgv", period="2023Q1")
    assert found["value"] == pytest.approx(200)
    assert "noise_not_known" in flags(found)


def test_dropout_is_worst_where_it_is_highest(mali):
    """(60 - 50) / 60 ... the worst is Kadiolo: (95 - 60) / 95."""
    found = row(mali, "lowest_quintile", "dropout_dtp1_dtp3")
    assert found["value"] == pytest.approx(100 * 35 / 95)


def test_the_lorenz_curve_begins_with_the_least_reached(mali):
    curve = mali.workspace.lorenz("dtp3_coverage", place="Sikasso", period="2023")
    first = curve.to_pylist()[0]
    assert first["place"] == "Bougouni"
    assert first["share_of_children"] == pytest.approx(20)
    assert first["share_of_doses"] == pytest.approx(100 * 50 / 350)
    assert curve["share_of_doses"].to_pylist()[-1] == pytest.approx(100)
    assert set(curve["share_of_zero_dose"].to_pylist()) == {None}


def test_the_funnel_is_as_wide_as_the_places_differ(mali):
    """z steps of d; winsorised at 1.6 d: phi = 1.424 d^2, half width 1.96 x 11.933."""
    found = mali.workspace.funnel("dtp3_coverage", place="Sikasso", period="2023")
    inner = [one for one in found.to_pylist() if one["limit"] == 95]
    assert len(inner) == 5
    assert inner[0]["mean"] == pytest.approx(70)
    assert inner[0]["high"] - 70 == pytest.approx(1.959964 * 10 * 1.424**0.5)
    assert not any(one["outside"] for one in inner)


def test_the_command_shows_three_measures_in_either_language(mali, capsys):
    root = str(mali.workspace.root)
    asked = ["--workspace", root, "inequality", "dtp3_coverage", "--period", "2023"]
    assert run([*asked, "--place", "Sikasso"]) == 0
    french = capsys.readouterr().out
    assert "Cinquième le plus bas" in french
    assert "bgv" not in french
    assert run([*asked, "--place", "Sikasso", "--language", "en", "--all"]) == 0
    assert "Between-group variance without counting noise" in capsys.readouterr().out


def test_the_command_writes_json(mali, capfdbinary):
    asked = ["--workspace", str(mali.workspace.root), "inequality", "dtp3_coverage"]
    more = ["--place", "Sikasso", "--period", "2023", "--format", "json"]
    assert run([*asked, *more, "--measure", "difference"]) == 0
    (told,) = json.loads(capfdbinary.readouterr().out)
    assert (told["measure"], told["value"]) == ("difference", 40)


def test_the_command_gives_lorenz_and_funnel(mali, capsys):
    asked = ["--workspace", str(mali.workspace.root), "inequality", "dtp3_coverage"]
    for chart in ("--lorenz", "--funnel"):
        assert run([*asked, "--place", "Sikasso", "--period", "2023", chart]) == 0
        assert "Bougouni" in capsys.readouterr().out


def test_districts_with_more_doses_than_children_are_not_dropped_from_a_measure(
    tmp_path,
):
    """Left out, they made a difference of 30 points where the doses differ by 90."""
    doses = {1: 60, 2: 90, 3: 130, 4: 140, 5: 150}
    told = country(
        tmp_path / "w",
        places="\n".join(PLACES.strip().splitlines()[:-1]),
        targets="population place_id year value\n"
        + "\n".join(f"surviving_infants D{n} 2023 1200" for n in doses),
        values=values(
            *(year("DTP1", f"D{n}", 2023, count) for n, count in doses.items()),
            header="element place_id period sex value",
        ),
    )
    found = told.workspace.inequality(
        "zero_dose_share", over="district", place="ML", period="2023"
    ).to_pylist()
    assert found
    for row in found:
        assert row["value"] is None
        assert {"refused", "more_doses_than_children"} <= set(row["flags"].split(";"))
