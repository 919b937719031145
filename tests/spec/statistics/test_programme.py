"""RED categories, reports, sessions, progress, and whether a goal is met."""

import pytest

from boloci.stats import goals, programme, reports
from boloci.stats.vocabulary import BOTH, FLAGS, concat, percent, ratio
from tests.spec.statistics.said import one, said, words

FACT = "place period sex numerator denominator value flags expected received"


def fact(frame, value, *, flags=0, expected=12, received=12, numerator=1):
    """A yearly fact of one place."""
    return frame(
        f"{FACT}\n1 202400 0 {numerator} 1 {value} {flags} {expected} {received}"
    )


def red(frame, coverage, dropout, **more):
    made = programme.red_category(
        fact(frame, coverage, **more),
        fact(frame, dropout, numerator=dropout),
        good_coverage=90.0,
        good_dropout=10.0,
        complete_from=80.0,
    )
    return one(made)


@pytest.mark.parametrize(
    ("coverage", "dropout", "category"),
    [(90, 10, 1), (100, 0, 1), (95, 10.1, 2), (89.9, 10, 3), (50, 40, 4)],
)
def test_red_category(frame, coverage, dropout, category):
    found = red(frame, coverage, dropout)
    assert (found["value"], found["numerator"]) == (category, coverage)
    assert "not_classifiable" not in words(found)


@pytest.mark.parametrize(
    ("coverage", "dropout", "more"),
    [
        (100.1, 5, {}),
        (95, -1, {}),
        (95, 5, {"received": 9}),
        (".", 5, {}),
        (95, ".", {}),
        (95, 5, {"flags": FLAGS["target_incomplete"]}),
        (95, 5, {"flags": FLAGS["no_report"]}),
    ],
)
def test_doubtful_data_are_not_classified(frame, coverage, dropout, more):
    found = red(frame, coverage, dropout, **more)
    assert (found["value"], "not_classifiable" in words(found)) == (None, True)


REPORTS = """
place period expected received on_time rate_sum rate_count to_date
1 202401 1 1 1 100 1 0
2 202401 99 33 . 33 1 0
3 202401 0 0 0 . . 0
4 202401 {} {} {} {} {} 0
"""


def told(frame):
    return frame(REPORTS.format(100, 34, 1, 133, 2))


def test_completeness_is_received_over_expected(frame):
    made = one(reports.completeness(told(frame)), place=4)
    assert (made["value"], made["expected"], made["received"]) == (34, 100, 34)


def test_nothing_expected_gives_null(frame):
    assert one(reports.completeness(told(frame)), place=3)["value"] is None


def test_time_not_recorded_gives_null(frame):
    assert one(reports.timeliness(told(frame)), place=2)["value"] is None


def test_stated_rates_are_averaged_and_said_to_be_stated(frame):
    made = one(reports.stated_completeness(told(frame)), place=4)
    assert (made["value"], words(made)) == (66.5, {"rate_stated"})


def test_sessions_held_are_in_percent_of_those_planned(frame):
    sessions = frame(
        "place period planned held to_date\n1 202401 8 6 0\n2 202401 0 0 0"
    )
    made = reports.session_completion(sessions)
    assert [row["value"] for row in said(made)] == [75, None]


def children(frame, *cells):
    lines = [f"1 {year}00 0 1 1 {value} 0 12 12" for year, value in cells]
    return frame("\n".join([FACT, *lines]))


def test_change_is_in_percent_of_the_base_year(frame):
    made = programme.change_since(
        children(frame, (2019, 200), (2024, 150)), baseline_year=2019
    )
    assert (one(made)["value"], one(made)["denominator"]) == (-25, 200)


@pytest.mark.parametrize(("base", "now"), [(".", 150), (200, "."), (0, 150)])
def test_change_is_null_where_either_year_cannot_be_told(frame, base, now):
    made = programme.change_since(
        children(frame, (2019, base), (2024, now)), baseline_year=2019
    )
    assert one(made)["value"] is None


@pytest.mark.parametrize("cells", [((2019, "."), (2024, 150)), ((2024, 150),)])
def test_a_base_year_that_cannot_be_told_is_said_and_not_left_out(frame, cells):
    made = one(programme.change_since(children(frame, *cells), baseline_year=2019))
    assert (made["value"], words(made)) == (None, {"baseline_missing"})


def test_a_year_that_cannot_be_told_does_not_blame_the_base_year(frame):
    made = programme.change_since(
        children(frame, (2019, 200), (2024, ".")), baseline_year=2019
    )
    assert words(one(made)) == set()


def share(frame, *cells):
    lines = [f"{n} 202400 0 1 1 {v} {f} 12 12" for n, (v, f) in enumerate(cells, 1)]
    inside = "\n".join(f"{n} 90" for n in range(1, len(cells) + 1))
    return one(
        programme.share_of_places(
            frame("\n".join([FACT, *lines])),
            frame(f"district place\n{inside}"),
            at_least=80.0,
        )
    )


def test_the_share_of_districts_is_of_those_that_can_be_told(frame):
    made = share(frame, (80, 0), (79.9, 0), (".", 0))
    assert (made["value"], made["expected"], made["received"]) == (50, 3, 2)
    assert "incomplete" in words(made)


def test_a_district_below_the_mark_with_missing_reports_cannot_be_told(frame):
    made = share(frame, (85, FLAGS["incomplete"]), (70, FLAGS["incomplete"]))
    assert (made["value"], made["received"]) == (100, 1)


def test_a_district_that_lacks_part_of_its_target_cannot_be_told(frame):
    assert share(frame, (85, FLAGS["target_incomplete"]), (90, 0))["received"] == 1


def test_where_no_district_can_be_told_the_share_says_why(frame):
    refused = FLAGS["refused"] + FLAGS["survey_missing"] + FLAGS["above_100"]
    made = share(frame, (".", refused), (".", FLAGS["no_report"]))
    assert made["value"] is None
    assert words(made) == {"incomplete", "refused", "survey_missing", "no_report"}


def test_where_one_district_can_be_told_the_others_do_not_refuse_the_share(frame):
    assert words(share(frame, (".", FLAGS["refused"]), (90, 0))) == {"incomplete"}


def judged(frame, found, *, direction="up", of_places=False, goal=50, last=2024):
    made = goals.judged(
        found,
        frame(f"place first last goal\n1 0 {last}00 {goal}"),
        direction=direction,
        of_places=of_places,
    )
    assert len(said(made)) == 1
    return words(one(made)) & {"goal_met", "goal_not_met", "goal_unknown"}


@pytest.mark.parametrize(
    ("value", "direction", "verdict"),
    [
        (50, "up", "goal_met"),
        (49, "up", "goal_not_met"),
        (50, "down", "goal_met"),
        (51, "down", "goal_not_met"),
        (".", "up", "goal_unknown"),
    ],
)
def test_a_goal_is_met_not_met_or_unknown(frame, value, direction, verdict):
    assert judged(frame, fact(frame, value), direction=direction) == {verdict}


def test_a_figure_that_lacks_reports_tells_nothing(frame):
    doubtful = fact(frame, 70, flags=FLAGS["incomplete"])
    assert judged(frame, doubtful) == {"goal_unknown"}


def test_a_year_after_the_goal_is_not_judged(frame):
    assert judged(frame, fact(frame, 70), last=2023) == set()


@pytest.mark.parametrize(
    ("reached", "told_of", "verdict"),
    [(2, 3, "goal_met"), (0, 3, "goal_not_met"), (1, 2, "goal_unknown")],
)
def test_a_share_of_places_is_judged_by_what_the_unknown_could_change(
    frame, reached, told_of, verdict
):
    found = fact(frame, 50, numerator=reached, expected=4, received=told_of)
    assert judged(frame, found, of_places=True) == {verdict}


def test_division_by_nought_is_null_and_integers_do_not_round(frame):
    table = frame("place sex\n1 2\n1 0")
    import narwhals as nw

    made = table.select(
        "sex",
        half=ratio(nw.col("place"), nw.col("sex")),
        share=percent(nw.col("place"), nw.col("sex")),
    )
    assert [(row["half"], row["share"]) for row in said(made)] == [
        (None, None),
        (0.5, 50),
    ]


def test_rows_of_several_frames_are_one_table(frame):
    assert len(said(concat([fact(frame, 1), fact(frame, 2)]))) == 2


def test_every_flag_is_one_bit_and_none_is_used_twice():
    assert sorted(FLAGS.values()) == [1 << bit for bit in range(len(FLAGS))]
    assert BOTH == 0
