"""Corrections that people decide: what counts, what is said, and when one is stale.

Areas of one district report doses of DTP1; in A, March has 95 where the register shows
12. Most is asked of the register, which needs no build; the rest of one build.
"""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from boloci.cli import run
from boloci.corrections import add_correction, values_told
from boloci.lake import snapshots
from boloci.problems import Refused
from boloci.tables import Finding
from boloci.wording import finding_sentence, problem_sentence
from tests.spec.small_country import Country, country, flags

PLACES = """
place_id name level parent_id
N Nation country .
D District district N
A Aire area D
B Bourg area D
"""

VALUES = """
element place_id period value
DTP1 A 202401 10
DTP1 A 202402 10
DTP1 A 202403 95
DTP1 B 202401 20
DTP1 B 202402 20
DTP1 B 202403 20
"""

HEADER = "correction_id place_id element period action value expect reason status by"
GOOD = "c1 A DTP1 202403 replace 12 95 register accepted Awa"


def told(folder: Path, *corrections: str, values: str = VALUES) -> Country:
    """The country with its values, and then the corrections; not built."""
    here = country(folder)
    here.bring(places=PLACES, values=values)
    if corrections:
        here.bring(corrections="\n".join([HEADER, *corrections]))
    return here


def register(here: Country) -> list[dict[str, Any]]:
    return here.workspace.corrections().to_pylist()


def states(here: Country) -> dict[str, str]:
    """State of each correction, by its id."""
    return {row["correction_id"]: row["state"] for row in register(here)}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """One country with corrections of every kind, built: A and B by total, S by sex,
    Z by sex on a form that stores no zeros, E silent in April."""
    places = PLACES + "S Sexes area D\nE Entered area D\nF Flagged area D\n"
    places += "P Dropped area D\nQ Twice area D\n"
    values = """
    element place_id period sex value
    DTP1 A 202401 . 10
    DTP1 A 202402 . 10
    DTP1 A 202403 . 95
    DTP3 A 202403 . 9
    DTP1 B 202403 . 20
    DTP1 S 202403 female 50
    DTP1 S 202403 male 45
    DTP1 E 202403 . 7
    DTP1 F 202403 . 8
    DTP1 P 202402 . 4
    DTP1 P 202403 . 6
    DTP1 Q 202403 . 4
    """
    before = "\n".join(f"DTP1 A 2023{month:02d} . 10" for month in range(1, 13))
    here = country(tmp_path_factory.mktemp("corrected"))
    here.bring(places=places, values=values.rstrip() + "\n" + before)
    here.bring(
        corrections="""
        correction_id place_id element period sex action value expect reason status by
        c1 A DTP1 202403 . replace 12 95 register accepted Awa
        c2 A DTP3 202403 . replace 8 9 register accepted Awa
        c3 S DTP1 202403 female replace 5 . register accepted Awa
        c4 E DTP1 202404 . replace 11 . late_form accepted Bou
        c5 F DTP1 202403 . flag . 8 doubt accepted Bou
        c6 P DTP1 202403 . drop . 6 wrong_form accepted Bou
        c7 B DTP1 202403 . replace 2 19 register accepted Bou
        p1 Q DTP1 202403 . replace 3 4 register accepted Awa
        p2 Q DTP1 202403 . replace 4 4 register accepted Bou
        x1 X DTP1 202403 . replace 12 95 register accepted Awa
        x2 A NET 202403 . replace 12 95 register accepted Awa
        x3 A DTP1 202402 . replace 9 10 register maybe Awa
        x4 A DTP1 202402 . replace 9 10 . . .
        x5 P DTP3 202403 . drop . . register accepted Awa
        x6 S DTP1 202403 . replace 12 . register accepted Awa
        """
    )
    here.build()
    return here


def doses(here: Country, place: str, period: str, **more: Any) -> float | None:
    return here.value("dtp1_doses", place, period, **more)


def test_an_accepted_correction_counts_in_every_sum_it_enters(built: Country) -> None:
    assert doses(built, "A", "202403") == 12
    assert doses(built, "A", "2024Q1") == 32
    assert doses(built, "D", "202403") == 12 + 20 + 50 + 7 + 8 + 4
    assert doses(built, "N", "202403") == 101


def test_other_doses_of_the_month_have_their_own_corrections(built: Country) -> None:
    assert built.value("dtp3_doses", "A", "202403") == 8


@pytest.mark.parametrize(
    ("place", "period", "entered"),
    [
        *[(place, "202403", True) for place in "ASFDN"],
        *[("A", "2024Q1", True), ("E", "2024", True), ("N", "2024", True)],
        *[("B", "202403", False), ("A", "202402", False), ("N", "202401", False)],
    ],
)
def test_the_facts_it_enters_carry_a_flag_and_no_others(
    built: Country, place: str, period: str, entered: bool
) -> None:
    fact = built.fact("dtp1_doses", place, period)
    assert ("corrected" in flags(fact)) == entered


def test_a_statistic_of_two_doses_carries_the_flag_of_either(built: Country) -> None:
    fact = built.fact("dropout_dtp1_dtp3", "A", "2024Q1")
    assert fact["value"] == pytest.approx(100 * (32 - 8) / 32)
    assert "corrected" in flags(fact)


def test_one_sex_is_corrected_and_the_total_follows(built: Country) -> None:
    assert doses(built, "S", "202403", sex="female") == 5
    assert doses(built, "S", "202403") == 50


def test_a_person_can_enter_what_a_unit_never_reported(built: Country) -> None:
    assert doses(built, "E", "202404") == 11
    assert doses(built, "D", "202404") == 11


def test_flag_leaves_the_value_and_says_that_somebody_doubts_it(built: Country) -> None:
    assert doses(built, "F", "202403") == 8


def test_drop_leaves_a_value_missing_and_never_zero(built: Country) -> None:
    assert doses(built, "P", "202403") is None
    assert doses(built, "P", "2024Q1") == 4


def test_a_stale_correction_is_a_finding_with_both_numbers(built: Country) -> None:
    assert doses(built, "B", "202403") == 20
    (found,) = built.findings("correction_stale")
    assert (found["value"], found["expected"]) == (20, 19)
    assert (found["place_id"], found["element"]) == ("B", "DTP1")


@pytest.mark.parametrize(
    ("rule", "correction", "says"),
    [
        ("correction_superseded", "p1", "p2, the later one, counts"),
        ("correction_place_unknown", "x1", 'the place "X" is not in the tree'),
        ("correction_element_unknown", "x2", '"NET" is no dose or service'),
        ("correction_status_unknown", "x3", 'the status "maybe" is not understood'),
        ("correction_unsigned", "x4", "does not say who decided it or why"),
        ("correction_not_found", "x5", "no source has this value"),
        ("correction_ambiguous", "x6", "DTP1 female = 50; DTP1 male = 45"),
    ],
)
def test_each_correction_that_does_not_count_is_a_finding_that_says_why(
    built: Country, rule: str, correction: str, says: str
) -> None:
    (found,) = built.findings(rule)
    told = {
        name: json.loads(value) if name in ("params", "context") and value else value
        for name, value in found.items()
        if name != "build"
    }
    sentence, _ = finding_sentence(Finding(**told), built.workspace.catalogue, "en")
    assert rule == "correction_place_unknown" or correction in sentence
    assert says in sentence


def test_a_correction_takes_the_outlier_away_that_it_is_about(built: Country) -> None:
    assert not [f for f in built.findings("outlier_high") if f["place_id"] == "A"]


def test_every_scenario_starts_from_the_corrected_value(built: Country) -> None:
    (fact,) = built.facts(
        "dtp1_doses", place="A", period="2024Q1", method="outliers", sex="total"
    )
    assert fact["value"] == 32
    assert "corrected" in flags(fact)


def test_explain_tells_reported_and_corrected_why_and_by_whom(built: Country) -> None:
    (one,) = built.workspace.explain(
        indicator="dtp1_doses", place="A", period="2024Q1", sex="total"
    )
    (correction,) = one.corrections
    assert (correction["reported"], correction["corrected"]) == (95, 12)
    assert (correction["reason"], correction["by"]) == ("register", "Awa")
    rows = {(row["value"], row["state"]) for row in one.rows.to_pylist()}
    assert rows == {(10, "used"), (95, "corrected"), (12, "used")}
    (new,) = [row for row in one.rows.to_pylist() if row["value"] == 12]
    assert (new["file"], new["row"]) == ("corrections.csv", 2)


def test_explain_tells_what_was_set_aside_and_what_was_entered(built: Country) -> None:
    def rows(place: str, period: str) -> set[tuple[float, str]]:
        (one,) = built.workspace.explain(
            indicator="dtp1_doses", place=place, period=period, sex="total"
        )
        assert len(one.corrections) == 1
        return {(row["value"], row["state"]) for row in one.rows.to_pylist()}

    assert rows("P", "2024Q1") == {(4, "used"), (6, "set_aside")}
    assert rows("E", "2024") == {(7, "used"), (11, "used")}
    assert rows("F", "202403") == {(8, "used")}


def test_rows_that_are_used_add_up_to_the_fact(built: Country) -> None:
    (one,) = built.workspace.explain(
        indicator="dtp1_doses", place="N", period="2024", sex="total"
    )
    used = [r["value"] for r in one.rows.to_pylist() if r["state"] == "used"]
    assert sum(used) == one.fact["value"]


def test_undo_of_the_correction_brings_back_what_was_reported(tmp_path: Path) -> None:
    here = told(tmp_path, GOOD)
    here.build()
    assert doses(here, "A", "202403") == 12
    last = snapshots.live(here.workspace.lake)[-1]
    now = datetime.datetime.now(datetime.UTC)
    snapshots.undo(here.workspace.lake, last.id, by="a test", at=now)
    here.build()
    fact = here.fact("dtp1_doses", "A", "202403")
    assert fact["value"] == 95
    assert "corrected" not in flags(fact)


def test_drop_of_one_sex_is_no_zero_where_the_source_stores_no_zeros() -> None:
    """Girls set aside are not known; they are not the zero that was not stored."""
    import duckdb
    import narwhals as nw

    from boloci.stats import splits
    from boloci.stats.vocabulary import FEMALE, MALE

    girls = splits.Cell(FEMALE, splits.TARGET_AGE, splits.ALL_STRATEGIES)
    boys = splits.Cell(MALE, splits.TARGET_AGE, splits.ALL_STRATEGIES)
    rows = duckdb.sql(
        "SELECT 1 AS unit, 202401 AS period, 1 AS element, cell, value FROM"
        f" (VALUES ({girls.code}, NULL::DOUBLE), ({boys.code}, 6.0)) v(cell, value)"
    )
    found = splits.collapse(
        nw.from_native(rows), layout=[girls, boys], blanks=True, zeros_dropped=[1]
    )
    (row,) = found.collect().rows(named=True)
    assert (row["female"], row["male"], row["total"]) == (None, 6, None)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *[(word, "applied") for word in ("accepted", "Acceptée", "validée")],
        *[(word, "proposed") for word in ("proposed", "proposée")],
        *[("refusée", "rejected"), ("retirée", "withdrawn")],
        ("maybe", "unknown_status"),
    ],
)
def test_the_status_is_read_in_either_language(
    tmp_path: Path, status: str, state: str
) -> None:
    row = f"c1 A DTP1 202403 replace 12 95 register {status} Awa"
    assert states(told(tmp_path, row)) == {"c1": state}


def test_without_a_status_it_counts_where_somebody_signs_for_it_with_a_reason(
    tmp_path: Path,
) -> None:
    here = told(
        tmp_path,
        "c1 A DTP1 202403 replace 12 95 register . Awa",
        "c2 B DTP1 202403 replace 12 20 . . Awa",
        "c3 B DTP1 202402 replace 12 20 register . .",
    )
    assert states(here) == {"c1": "applied", "c2": "unsigned", "c3": "unsigned"}


def test_a_source_that_says_something_else_than_expected_makes_it_stale(
    tmp_path: Path,
) -> None:
    here = told(tmp_path, "c1 A DTP1 202403 replace 12 90 register accepted Awa")
    (row,) = register(here)
    assert (row["state"], row["expect"], row["reported"]) == ("stale", 90, 95)


def test_a_source_that_changes_afterwards_makes_it_stale_without_expect_too(
    tmp_path: Path,
) -> None:
    here = told(tmp_path, "c1 A DTP1 202403 replace 12 . register accepted Awa")
    assert states(here) == {"c1": "applied"}
    here.bring(values="element place_id period value\nDTP1 A 202403 15")
    (row,) = register(here)
    assert (row["state"], row["expect"], row["reported"]) == ("stale", 95, 15)


def test_a_source_that_tells_the_same_again_leaves_it_in_force(tmp_path: Path) -> None:
    here = told(tmp_path, "c1 A DTP1 202403 replace 12 . register accepted Awa")
    here.bring(
        values="element place_id period value\nDTP1 A 202403 95\nDTP1 A 202404 9"
    )
    assert states(here) == {"c1": "applied"}


def test_a_source_that_comes_to_say_what_the_correction_says_needs_it_no_more(
    tmp_path: Path,
) -> None:
    here = told(tmp_path, GOOD)
    here.bring(values="element place_id period value\nDTP1 A 202403 12")
    assert states(here) == {"c1": "in_source"}


def test_of_two_people_who_correct_one_value_the_later_counts(tmp_path: Path) -> None:
    here = told(
        tmp_path, GOOD, "c2 Aire PENTA1 202403 replace 21 95 recount accepted Bou"
    )
    assert states(here) == {"c1": "superseded", "c2": "applied"}
    assert [row["later"] for row in register(here)] == ["c2", ""]


def test_the_day_written_decides_which_of_two_is_the_later(tmp_path: Path) -> None:
    here = told(tmp_path)
    here.bring(
        corrections=f"""
        {HEADER} on
        c1 A DTP1 202403 replace 12 95 register accepted Awa 2024-06-02
        c2 A DTP1 202403 replace 21 95 recount accepted Bou 2024-06-01
        """
    )
    assert states(here) == {"c1": "applied", "c2": "superseded"}


def test_a_stale_correction_does_not_hide_an_earlier_good_one(tmp_path: Path) -> None:
    here = told(tmp_path, GOOD, "c2 A DTP1 202403 replace 21 12 recount accepted Bou")
    assert states(here) == {"c1": "applied", "c2": "stale"}


def test_the_same_id_again_is_a_revision_of_the_correction(tmp_path: Path) -> None:
    here = told(tmp_path, GOOD)
    here.bring(corrections=f"{HEADER}\n{GOOD.replace('accepted', 'withdrawn')}")
    assert states(here) == {"c1": "withdrawn"}


def test_what_was_entered_is_stale_once_the_report_arrives(tmp_path: Path) -> None:
    here = told(tmp_path, "c1 A DTP1 202404 replace 11 . late_form accepted Awa")
    assert states(here) == {"c1": "applied"}
    here.bring(values="element place_id period value\nDTP1 A 202404 13")
    (row,) = register(here)
    assert (row["state"], row["expect"], row["reported"]) == ("stale", None, 13)


def test_there_is_nothing_to_drop_or_flag_where_nobody_reported(tmp_path: Path) -> None:
    here = told(
        tmp_path,
        "c1 A DTP1 202404 drop . . register accepted Awa",
        "c2 A DTP1 202405 flag . . register accepted Awa",
    )
    assert states(here) == {"c1": "not_found", "c2": "not_found"}


SEXES = """
element place_id period sex value
DTP1 A 202403 female 50
DTP1 A 202403 male 45
"""


def test_a_total_where_the_source_has_only_parts_is_not_guessed(tmp_path: Path) -> None:
    (row,) = register(told(tmp_path, GOOD, values=SEXES))
    assert row["state"] == "ambiguous"
    assert row["parts"] == "DTP1 female = 50; DTP1 male = 45"


AGES = """
element place_id period age value
DTP1 A 202402 0_11m 45
DTP1 A 202402 12_23m 5
DTP1 A 202403 0_11m 95
"""


def test_a_total_where_the_source_has_one_part_is_not_said_to_have_several(
    tmp_path: Path,
) -> None:
    here = told(tmp_path, values=AGES)
    asked = {"place": "A", "element": "DTP1", "period": "202403", "value": 12}
    with pytest.raises(Refused) as refused:
        add_correction(here.workspace, **asked, reason="register", by="Awa")
    problem = refused.value.problems[0]
    assert problem.code == "correction_of_several"
    said = problem_sentence(problem, here.workspace.catalogue, "en")
    assert "exactly one value of the source, which tells: DTP1 0_11m = 95" in said


def test_a_part_that_the_source_never_tells_is_not_found(tmp_path: Path) -> None:
    here = told(tmp_path)
    here.bring(
        corrections="""
        correction_id place_id element period sex action value reason status by
        c1 A DTP1 202403 female replace 5 register accepted Awa
        """
    )
    (row,) = register(here)
    assert (row["state"], row["parts"]) == ("not_found", "DTP1 = 95")


def test_the_only_way_a_form_tells_a_dose_is_what_a_total_means(tmp_path: Path) -> None:
    values = """
    element place_id period age value
    DTP1 A 202403 0_11m 95
    DTP1 B 202403 0_11m 20
    """
    (row,) = register(told(tmp_path, GOOD, values=values))
    assert (row["state"], row["reported"]) == ("applied", 95)


def test_a_place_may_be_named_as_everywhere_else(tmp_path: Path) -> None:
    here = told(tmp_path, GOOD.replace(" A ", " aire "))
    assert states(here) == {"c1": "applied"}


def test_an_unknown_place_or_element_is_told_as_such(tmp_path: Path) -> None:
    here = told(
        tmp_path, GOOD.replace(" A ", " X "), f"c2{GOOD[2:]}".replace("DTP1", "NET")
    )
    assert states(here) == {"c1": "unknown_place", "c2": "unknown_element"}


def test_the_register_is_cut_to_places_elements_periods_and_states(
    tmp_path: Path,
) -> None:
    here = told(tmp_path, GOOD, "c2 B DTP1 202402 replace 1 7 register accepted Awa")

    def ids(**asked: Any) -> list[str]:
        found = here.workspace.corrections(**asked)
        return found["correction_id"].to_pylist()

    assert ids(place="A") == ["c1"]
    assert ids(place="District") == ["c1", "c2"]
    assert ids(period="2024") == ["c1", "c2"]
    assert ids(period="202402") == ["c2"]
    assert ids(state="stale") == ["c2"]
    assert ids(element="BCG") == []


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (GOOD.replace(" 12 ", " . "), "correction_without_value", "value"),
        (GOOD.replace(" 12 ", " -3 "), "correction_negative", "value"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_with_its_row(
    tmp_path: Path, row: str, code: str, column: str
) -> None:
    here = told(tmp_path)
    with pytest.raises(Refused) as refused:
        here.bring(corrections=f"{HEADER}\n{row}")
    (problem,) = refused.value.problems
    where = problem.where
    assert (problem.code, where.row, where.column) == (code, 2, column)
    assert where.file == "corrections.csv"


WHO: dict[str, Any] = {"reason": "register counted again", "by": "Awa"}


def test_adding_fills_in_what_the_source_says_and_is_an_import(tmp_path: Path) -> None:
    here = told(tmp_path)
    row, report = add_correction(
        here.workspace, place="Aire", element="Penta1", period="202403", value=12, **WHO
    )
    assert (row["place_id"], row["expect"]) == ("A", 95)
    assert report.snapshot
    (found,) = register(here)
    assert (found["state"], found["corrected"]) == ("applied", 12)
    assert found["reason"] == "register counted again"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"place": "X"}, "correction_of_unknown_place"),
        ({"element": "NET"}, "correction_of_unknown_element"),
        ({"value": None}, "correction_without_value"),
        ({"value": -1.0}, "correction_negative"),
        ({"reason": " "}, "correction_no_reason"),
        ({"action": "drop", "period": "202412"}, "correction_of_nothing"),
        ({"period": "2024Q1..2024Q2"}, "correction_incomplete"),
    ],
)
def test_adding_refuses_what_names_nothing(
    tmp_path: Path, asked: dict[str, Any], code: str
) -> None:
    here = told(tmp_path)
    good = {"place": "A", "element": "DTP1", "period": "202403", "value": 12.0, **WHO}
    with pytest.raises(Refused) as refused:
        add_correction(here.workspace, **{**good, **asked})
    assert refused.value.problems[0].code == code
    assert register(here) == []


def test_adding_where_the_source_has_parts_names_them(tmp_path: Path) -> None:
    here = told(tmp_path, values=SEXES)
    with pytest.raises(Refused) as refused:
        add_correction(
            here.workspace, place="A", element="DTP1", period="202403", value=1, **WHO
        )
    assert refused.value.problems[0].code == "correction_of_several"
    row, _report = add_correction(
        here.workspace,
        place="A",
        element="DTP1",
        period="202403",
        sex="female",
        value=5,
        **WHO,
    )
    assert row["expect"] == 50


def test_a_proposal_waits(tmp_path: Path) -> None:
    here = told(tmp_path)
    asked = {"place": "A", "element": "DTP1", "period": "202403", **WHO}
    add_correction(here.workspace, value=12, status="proposed", **asked)
    (row,) = register(here)
    assert (row["state"], row["expect"]) == ("proposed", 95)


def test_an_export_of_the_register_can_be_imported_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = told(
        tmp_path / "here",
        GOOD.replace(" 95 ", " . "),
        "c2 B DTP1 202402 flag . 7 doubt accepted Awa",
    )
    before = register(here)
    file, folder = str(tmp_path / "register.csv"), str(here.workspace.root)
    assert run(["--workspace", folder, "corrections", "-o", file]) == 0
    assert run(["--workspace", folder, "import", file]) == 0
    assert register(here) == before
    assert [row["state"] for row in before] == ["applied", "stale"]
    capsys.readouterr()


def test_the_register_reads_as_sentences_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = told(tmp_path, "c1 A DTP1 202403 replace 12 90 register accepted Awa")
    folder = str(here.workspace.root)
    for language, state in (
        ("fr", "pas appliquée\u00a0: elle attend 90 dans la source"),
        ("en", "not applied: it expects 90 in the source"),
    ):
        asked = ["--workspace", folder, "--language", language, "corrections"]
        assert run(asked) == 0
        assert state in capsys.readouterr().out


def test_a_correction_is_made_on_the_command_line_and_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = told(tmp_path)
    at = ["--workspace", str(here.workspace.root), "--language", "en"]
    what = ["--place", "A", "--element", "DTP1", "--period", "202403", "--value", "12"]
    assert run([*at, "corrections", "--add", *what]) == 2  # no reason
    assert run([*at, "corrections", "--add", *what, "--reason", "recount"]) == 0
    said = capsys.readouterr().out
    assert "the source says 95, counted instead: 12" in said
    assert states(here).popitem()[1] == "applied"
    assert run([*at, "undo", "000002"]) == 0
    assert register(here) == []


def test_a_correction_is_called_applied_only_once_a_build_knows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = told(tmp_path)
    here.build()
    add_correction(
        here.workspace, place="Aire", element="Penta1", period="202403", value=12, **WHO
    )
    at = ["--workspace", str(here.workspace.root), "--language", "fr", "corrections"]
    assert run(at) == 0
    before = capsys.readouterr().out
    assert (
        "acceptée\u00a0: entrera dans les chiffres à la prochaine publication" in before
    )
    assert "appliquée" not in before
    here.build()
    assert run(at) == 0
    assert "appliquée" in capsys.readouterr().out


def test_what_sources_tell_of_a_place_is_found_under_each_of_its_names(tmp_path):
    told = country(
        tmp_path / "w",
        places=PLACES,
        values="element place_id period value\nDTP1 A 202401 5\nBCG aire 202401 6",
    )
    found = values_told(told.workspace, "A", [202401])
    assert {(value.told[0], value.value) for value in found} == {
        ("DTP1", 5),
        ("BCG", 6),
    }
    assert values_told(told.workspace, "nowhere", [202401]) == []
