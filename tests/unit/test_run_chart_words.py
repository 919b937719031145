"""What run charts and control charts say: in both languages, never too much."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from boloci import periods
from boloci.charts import run_words
from boloci.charts.canvas import Canvas
from boloci.cli import language
from boloci.cli.tongue import TONGUE
from boloci.run_series import Judged
from boloci.stats import control_charts
from boloci.stats.chart_rules import NoRule, Rule, Signal
from boloci.stats.control_charts import Chart, Rules
from boloci.stats.phases import Phase
from boloci.stats.run_charts import run_chart
from boloci.telling import run_charts

NAN = np.nan
CALM = np.array([48.0, 52, 47, 55, 49, 53, 46, 51, 54, 47, 52, 49])
SHIFT = np.concatenate([CALM, np.arange(60.0, 72)])
FROZEN = (Phase(0, 12),)


@pytest.fixture(params=["fr", "en"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.speak(request.param)
    yield request.param
    language.speak(language.USUAL)


@pytest.fixture
def english() -> Iterator[None]:
    language.speak("en")
    yield
    language.speak(language.USUAL)


def of(result: Any, unit: str = "percent") -> Judged:
    start = periods.serial(202401)
    n = len(result.values)
    axis = tuple(str(periods.month_at(start + at)) for at in range(n))
    return Judged("A", unit, axis, result)


def said(judged: Judged) -> str:
    return " ".join(str(one) for one in run_charts.findings(TONGUE, judged))


@pytest.mark.usefixtures("english")
def test_a_long_run_is_told_with_its_months_and_then_its_threshold() -> None:
    (told,) = run_charts.findings(TONGUE, of(run_chart(SHIFT, phases=FROZEN)))
    assert told.what == "12 months in a row above the median, from 2025-01 to 2025-12."
    assert told.why == (
        "That is more than the 8 in a row that chance gives with 24 useful points."
    )


@pytest.mark.usefixtures("english")
def test_months_that_a_run_skips_are_told() -> None:
    gap = SHIFT.copy()
    gap[15] = NAN
    (told,) = run_charts.findings(TONGUE, of(run_chart(gap, phases=FROZEN)))
    assert told.what.startswith("11 months in a row")
    assert "not counted and break no run" in told.why


@pytest.mark.usefixtures("english")
def test_few_crossings_are_told_as_values_of_several_levels() -> None:
    told = said(of(run_chart(SHIFT)))
    assert "The line crosses the median only once." in told
    assert "Chance gives at least 8 crossings with 24 useful points" in told


@pytest.mark.usefixtures("english")
def test_no_signal_is_never_told_as_no_change() -> None:
    for result in (run_chart(CALM), control_charts.i_chart(CALM)):
        told = said(of(result))
        assert told.startswith("No signal: what is seen can be chance alone.")
        assert "no change" not in told.lower()
    nhs = control_charts.i_chart(CALM, rules=Rules.NHS)
    assert "No rule of NHS England fired." in said(of(nhs))


def test_too_few_points_are_too_few_to_speak_of_a_trend(spoken: str) -> None:
    told = said(of(run_chart(np.array([41.0, *[NAN] * 9, 83.0]))))
    sentence = {
        "fr": "2 points\u00a0: trop peu pour parler d'une tendance.",
        "en": "2 points: too few to speak of a trend.",
    }
    assert told.startswith(sentence[spoken])
    assert "8" in told


SILENT = {
    NoRule.NO_POINTS: run_chart(np.full(12, NAN)),
    NoRule.ZERO_DENOMINATORS: control_charts.u_chart(
        np.zeros(12), np.zeros(12), laney=False
    ),
    NoRule.TOO_FEW_POINTS: run_chart(CALM[:5]),
    NoRule.NO_BASELINE: run_chart(
        np.concatenate([[NAN] * 3, CALM]), phases=(Phase(0, 3),)
    ),
    NoRule.SHORT_BASELINE: control_charts.i_chart(CALM, phases=(Phase(0, 4),)),
    NoRule.ALL_ON_CENTRE: run_chart(np.full(12, 100.0)),
    NoRule.TOO_FEW_USEFUL_POINTS: run_chart(np.array([50.0] * 9 + [51, 52, 53])),
    NoRule.NO_VARIATION: control_charts.i_chart(np.full(12, 100.0)),
}


@pytest.mark.parametrize("reason", SILENT)
def test_every_reason_for_no_rule_has_words_and_a_remedy(
    reason: NoRule, spoken: str
) -> None:
    judged = of(SILENT[reason])
    assert judged.phases[0].no_rule is reason
    (told,) = run_charts.findings(TONGUE, judged)
    assert told.what.endswith(".")
    assert told.why.endswith(".")
    assert run_words.verdict(Canvas(language=spoken), judged)


def test_every_reason_is_told_or_refuses() -> None:
    refusals = {NoRule.NUMERATOR_ABOVE_DENOMINATOR, NoRule.NOT_POSITIVE}
    assert set(SILENT) | refusals == set(NoRule)


@pytest.mark.usefixtures("english")
def test_a_refused_chart_names_its_months_and_the_chart_instead() -> None:
    shares = control_charts.p_chart(CALM + 1, np.full(12, 50.0), laney=True)
    told = said(of(shares))
    assert "in 2024-02, 2024-04, 2024-06, 2024-08 and 2 more the numerator" in told
    assert "draw a U′ chart (of rates)" in told
    logs = control_charts.i_chart(np.array([0.0, *CALM]), logarithm=True)
    assert "draw an I chart" in said(of(logs))


@pytest.mark.usefixtures("english")
def test_a_month_beyond_a_limit_is_told_with_value_and_limit() -> None:
    wild = np.array([*CALM, 100.0])
    told = said(of(control_charts.i_chart(wild, phases=FROZEN)))
    assert "Above the upper limit in 1 month: 2025-01. 100.0%, and the limit is" in told


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("side", [1, -1])
def test_every_rule_has_few_words(rule: Rule, side: int, spoken: str) -> None:
    told = run_words.signal(Canvas(language=spoken), Signal(rule, (1,), side))
    assert 0 < len(told) < 30


@pytest.mark.usefixtures("english")
def test_trends_and_rules_of_the_nhs_are_told() -> None:
    rising = np.concatenate([CALM, [50, 51, 52, 53, 54, 55, 56.0]])
    assert "8 values in a row that rise" in said(of(run_chart(rising, trend=7)))
    nhs = control_charts.i_chart(SHIFT, phases=FROZEN, rules=Rules.NHS)
    assert "A rule of NHS England: 7 or more in a row" in said(of(nhs))


@pytest.mark.usefixtures("english")
def test_a_phase_says_what_froze_it_and_who_set_a_new_one() -> None:
    (frozen,) = run_charts.lines(TONGUE, of(run_chart(SHIFT, phases=FROZEN)))
    assert frozen == (
        "2024-01 – 2024-12: the median is 50.0%, frozen on 12 points; later months are"
        " judged about it."
    )
    two = of(run_chart(SHIFT, phases=(Phase(), Phase(12))))
    first, second = run_charts.lines(TONGUE, two)
    assert "of 12 points." in first
    assert "this new baseline was set by a person" in second
    told = run_charts.findings(TONGUE, two)
    assert told[0].what.startswith("2024-01 – 2024-12: No signal")


@pytest.mark.usefixtures("english")
def test_shares_are_told_in_percent_and_laneys_spread_beside_them() -> None:
    shares = control_charts.p_chart(CALM, np.full(12, 100.0), laney=True)
    (line,) = run_charts.lines(TONGUE, of(shares))
    assert "the mean is 50.2%" in line
    assert "chance alone makes (Laney)" in line


@pytest.mark.parametrize("which", list(Chart))
def test_every_control_chart_has_a_name(which: Chart, spoken: str) -> None:
    assert run_charts.chart(TONGUE, which)
