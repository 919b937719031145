"""Scenarios x denominators: stored at district and above, else worked out alike.

What the scenarios change is put in by hand here, so that every figure can be added
up: B's March of 100 doses is brought to 10; A's silent December is filled with 10.
"""

from typing import Any

import pytest

from boloci.codes import METHODS
from boloci.pipeline import adjusting, building, scenarios
from tests.spec.small_country import country, flags, months, usual, values

TEN = "10 10 10 10 10 10 10 10 10 10 10 10"
PLACES = """
place_id name level parent_id
C Country country .
D1 North district C
D2 South district C
A Aa area D1
B Bb area D1
E Ee area D2
"""
CHANGED = {
    "outliers": [("B", 202403, 100, 10, "outlier")],
    "completeness": [("A", 202412, None, 10, "missing")],
    "both": [("B", 202403, 100, 10, "outlier"), ("A", 202412, None, 10, "missing")],
}


def _put(engine: Any, known: Any, rules: Any, as_it_is: Any) -> None:
    """The three tables of scenarios with the rows of `CHANGED` and their sums."""
    as_it_is(engine, known, rules)
    execute = engine.connection.execute
    for name in ("outliers", "adjustments", "adjusted_counts"):
        execute(f"DELETE FROM {name}")
    keys = dict(engine.rows("SELECT place_id, place_key FROM place"))
    for method, rows in CHANGED.items():
        for place, period, before, after, reason in rows:
            execute(
                "INSERT INTO adjustments (method, element, place, period, before,"
                " after, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    METHODS.index(method),
                    rules.key("DTP1"),
                    keys[place],
                    period,
                    before,
                    after,
                    reason,
                ],
            )
    execute(
        "INSERT INTO adjusted_counts (method, element, place, period, total)"
        " SELECT d.method, d.element, d.place, d.period,"
        " coalesce(any_value(c.total), 0) + sum(d.delta) FROM ("
        "  SELECT a.method, a.element, m.place, unnest([a.period,"
        "   202421 + (a.period % 100 - 1) // 3, 202431 + (a.period % 100 - 1) // 6,"
        "   202400]) AS period, a.after - coalesce(a.before, 0) AS delta"
        "  FROM adjustments a JOIN membership m ON m.unit = a.place"
        ") d LEFT JOIN counts c USING (element, place, period) GROUP BY ALL"
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """Infants 150 a year in A, B and E; live births 160; DTP3 is 9 a month."""
    as_it_is = adjusting.adjust
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            building.adjusting,
            "adjust",
            lambda engine, known, rules: _put(engine, known, rules, as_it_is),
        )
        yield country(
            tmp_path_factory.mktemp("scenarios") / "w",
            places=PLACES,
            targets="population place_id year sex value source\n"
            + "\n".join(
                f"surviving_infants {p} 2024 . 150 .\nlive_births {p} 2024 . 160 ."
                for p in "ABE"
            ),
            values=values(
                months("DTP1", "A", 2024, "10 10 10 10 10 10 10 10 10 10 10 x"),
                months("DTP1", "B", 2024, "10 10 100 10 10 10 10 10 10 10 10 10"),
                months("DTP1", "E", 2024, TEN),
                *(months("DTP3", place, 2024, "9 " * 12) for place in "BE"),
                months("DTP3", "A", 2024, "9 9 9 9 9 9 9 9 9 9 9 x"),
            ),
            reports="dataset place_id period expected received on_time rate\n"
            + "\n".join(
                f"EPI {place} 2024{month:02d} 1 {int((place, month) != ('A', 12))} . ."
                for place in "ABE"
                for month in range(1, 13)
            ),
        )


def by_pair(found: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    return {(f["method"], f["denominator_source"]): f["value"] for f in found}


# D1 reported 11 x 10 + 11 x 10 + 100 = 320; outlier out 230; December in 330 and 240.
DOSES = {"reported": 320, "outliers": 230, "completeness": 330, "both": 240}


@pytest.mark.parametrize("method", DOSES)
def test_doses_of_a_scenario_are_the_reported_with_what_it_changes(told, method):
    assert told.value("dtp1_doses", "D1", "2024", method=method) == DOSES[method]


@pytest.mark.parametrize("method", DOSES)
def test_coverage_of_each_scenario_is_stored_at_district(told, method):
    found = told.value(
        "dtp1_coverage", "D1", "2024", method=method, denominator="target"
    )
    assert found == pytest.approx(100 * DOSES[method] / 300)


def test_coverage_over_another_source_takes_its_targets(told):
    # infants by the chain of live births: 320 (1 - .025) for D1
    found = told.fact("dtp1_coverage", "D1", "2024", method="both", denominator="dhis2")
    assert found["denominator"] == pytest.approx(320 * 0.975)
    assert found["value"] == pytest.approx(100 * 240 / (320 * 0.975))


def test_what_a_scenario_changed_is_flagged_and_what_it_left_is_not(told):
    changed = told.fact(
        "dtp1_coverage", "D1", "2024", method="outliers", denominator="target"
    )
    left = told.fact(
        "dtp1_coverage", "D2", "2024", method="outliers", denominator="target"
    )
    assert "adjusted" in flags(changed)
    assert "adjusted" not in flags(left)


def test_a_scenario_that_fills_reports_in_makes_zero_dose_estimable(told):
    # A lacks 1 of 3 reports of the last quarter, D1 1 of 6: below 90 per cent
    asked = {"period": "2024Q4", "denominator": "target"}
    reported = told.fact("zero_dose_children", "D1", method="reported", **asked)
    filled = told.fact("zero_dose_children", "D1", method="completeness", **asked)
    assert (reported["value"], filled["value"]) == (None, 15)
    assert "reports_missing" in flags(reported)
    assert "reports_missing" not in flags(filled)
    assert {"incomplete", "adjusted"} <= flags(filled)


def test_dropout_of_a_scenario_takes_both_doses_of_it(told):
    # first 240, last 9 x 23
    found = told.value("dropout_dtp1_dtp3", "D1", "2024", method="both")
    assert found == pytest.approx(100 * (240 - 207) / 240)


def test_an_area_or_a_month_is_worked_out_when_asked_by_name(told):
    year = told.value("dtp1_coverage", "B", "2024", method="both", denominator="target")
    month = told.value(
        "dtp1_coverage", "B", "202403", method="both", denominator="target"
    )
    assert year == pytest.approx(100 * 120 / 150)
    assert month == pytest.approx(100 * 10 / 12.5)


@pytest.mark.parametrize(
    "name", ["dtp1_coverage", "zero_dose_children", "dropout_dtp1_dtp3"]
)
def test_stored_and_worked_out_agree(told, monkeypatch, name):
    """Every stored fact of another pair is also what is worked out for its key."""
    asked = {"place": ["C", "D1"], "method": ["reported", "both"]}
    stored = told.facts(name, **asked)
    monkeypatch.setattr(scenarios, "STORED", ())
    every = told.facts(name, **asked)
    worked_out = {key(f): f for f in every}  # what is worked out comes last
    others = [f for f in stored if not usual(f) and f["denominator"] is not None]
    assert len(every) == len(stored) + len(others)
    for fact in others:
        for column, told_now in worked_out[key(fact)].items():
            assert fact[column] == (
                pytest.approx(told_now) if isinstance(told_now, float) else told_now
            ), column


def key(fact: dict[str, Any]) -> tuple[Any, ...]:
    names = ("place_id", "period", "sex", "method", "denominator_source")
    return tuple(fact[name] for name in names)


def test_one_row_a_key_where_stored_and_worked_out_meet(told):
    found = told.facts("dtp1_coverage", place=["D1", "A"], denominator="dhis2")
    keys = [(f["place_id"], f["period"], f["sex"], f["method"]) for f in found]
    assert len(keys) == len(set(keys))
    assert {f["place_id"] for f in found} == {"D1", "A"}


def test_a_refused_pair_asked_by_name_is_a_row_that_says_why(told):
    found = told.fact(
        "zero_dose_children", "D1", "2024", method="both", denominator="penta1"
    )
    assert found["value"] is None
    assert "refused" in flags(found)


def test_a_refused_pair_not_asked_for_is_not_stored(told):
    found = told.facts("zero_dose_children", place="D1", period="2024")
    assert ("both", "penta1") not in by_pair(found)


def test_what_is_reported_over_the_target_comes_first(told):
    found = told.facts("dtp1_coverage", place="D1", period="2024")
    assert next(iter(by_pair(found))) == ("reported", "target")


def test_scenarios_know_nothing_of_sexes(told):
    found = told.facts("dtp1_coverage", place="D1", period="2024", method="both")
    assert {f["sex"] for f in found} == {""}


def test_no_scenario_adds_rows_to_what_is_not_adjusted(told):
    assert told.facts("completeness", place="D1", period="2024", method="both") == []


def test_a_profile_without_a_scenario_refuses_it_in_words(told):
    """DHIS2 marks outliers and replaces nothing."""
    told.build("dhis2")
    found = told.fact(
        "dtp1_coverage",
        "D1",
        "2024",
        method="both",
        denominator="target",
        profile="dhis2",
    )
    assert found["value"] is None
    assert {"refused", "no_scenario"} <= flags(found)


def test_explain_tells_the_reported_figure_unless_another_is_asked_for(told):
    explained = told.workspace.explain(
        indicator="dtp1_coverage", place="D1", period="2024"
    )
    assert [one.fact["method"] for one in explained] == ["reported"]


def test_explain_lists_what_the_scenario_changed(told):
    [one] = told.workspace.explain(
        indicator="dtp1_coverage",
        place="D1",
        period="2024",
        method="both",
        denominator="dhis2",
    )
    changed = [
        (r["place_id"], r["before"], r["after"]) for r in one.changed.to_pylist()
    ]
    assert changed == [("B", 100, 10), ("A", None, 10)]


def test_explain_tells_where_the_denominator_comes_from(told):
    [one] = told.workspace.explain(
        indicator="dtp1_coverage",
        place="D1",
        period="2024",
        method="both",
        denominator="dhis2",
    )
    assert one.inputs == {"live_births": 320}
    assert one.denominator.name["en"] == "Official live births"
    assert "neonatal_mortality" in one.constants
    rows = one.rows.to_pylist()
    births = {r["element"] for r in rows if r["role"] == "denominator"}
    assert births == {"live_births"}
