"""From a number back to its rows: all, no other, and their sum is the number."""

import pytest

from boloci import pipeline
from boloci.tables import FACTS
from tests.spec.small_country import Country, country, months, usual, values

YEAR = "10 10 10 10 10 10 10 10 10 10 10 10"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """Everything that may keep a row out of a sum, an area for each."""
    areas = ("Plain", "Both", "Sexes", "Girls", "Ages", "Named", "Wiped", "Quarter")
    listed = "\n".join(f"{area} {area} area D1 . ." for area in areas)
    told = country(tmp_path_factory.mktemp("rows") / "w")
    told.bring(
        places=f"""
        place_id name level parent_id valid_from valid_to
        C Country country . . .
        D1 North district C . .
        D2 South district C . .
        M Mover area D1 . 2024-06-30
        M Mover area D2 2024-07-01 .
        K Closer area D1 . 2024-03-31
        {listed}
        """,
        targets="population place_id year value\nsurviving_infants M 2024 1200",
        values=values(
            months("DTP1", "M", 2024, YEAR, ". . ."),
            months("DTP1", "K", 2024, "5 5 5 5", ". . ."),
            months("DTP1", "Plain", 2024, "1 . 0 x 5", ". . ."),
            months("DTP3", "Plain", 2024, "1 . 0 x 4", ". . ."),
            months("DTP1", "Both", 2024, "9", ". . ."),
            months("DTP1", "Both", 2024, "4", "female . ."),
            months("DTP1", "Both", 2024, "5", "male . ."),
            months("DTP1", "Sexes", 2024, "4", "female . ."),
            months("DTP1", "Sexes", 2024, "5", "male . ."),
            months("DTP1", "Girls", 2024, "4", "female . ."),
            months("DTP1", "Ages", 2024, "7", ". 0_11m ."),
            months("DTP1", "Ages", 2024, "2", ". 12_23m ."),
            months("DTP1", "Ages", 2024, "8", ". . ."),
            months("DTP1", "Named", 2024, "3", ". . ."),
            months("DTP1", "Wiped", 2024, "3", ". . fixed"),
            iter(["DTP1 Quarter 2024Q1 . . . 30", "DTP1 Quarter 202401 . . . 9"]),
            iter(["DTP1 Quarter 2024Q2 . . . 31"]),
            header="element place_id period sex age strategy value",
        ),
    )
    told.bring(
        values="""
        element place_id period value
        DTP1 Named 202401 6
        Penta1 Plain 202401 2
        """
    )
    told.bring(
        values="element place_id period value\nDTP1 Wiped 202401 8", replace=True
    )
    told.build()
    return told


def used(told, fact):
    """Rows in use behind a fact's numerator."""
    table = pipeline.contributions(told.workspace, fact)
    return [
        row
        for row in table.to_pylist()
        if (row["role"], row["state"]) == ("numerator", "used")
    ]


def test_every_count_is_the_sum_of_its_rows(told):
    checked = 0
    for period in ("202401", "202406", "202407", "2024Q1", "2024Q2", "2024S2", "2024"):
        for fact in told.facts("dtp1_doses", period=period):
            rows = used(told, fact)
            known = [row["value"] for row in rows if row["value"] is not None]
            assert (sum(known) if known else None) == fact["value"], (fact, rows)
            checked += 1
    assert checked > 60


def test_a_row_of_another_system_or_name_that_was_passed_over_is_shown_as_such(told):
    fact = told.fact("dtp1_doses", "Named", "202401")
    table = pipeline.contributions(told.workspace, fact).to_pylist()
    assert {(row["state"], row["value"]) for row in table} == {
        ("used", 6),
        ("superseded", 3),
    }


def test_a_part_beside_a_total_is_not_used(told):
    fact = told.fact("dtp1_doses", "Both", "202401")
    table = pipeline.contributions(told.workspace, fact).to_pylist()
    assert sorted((row["state"], row["value"]) for row in table) == [
        ("passed_over", 4),
        ("passed_over", 5),
        ("used", 9),
    ]


def test_a_row_that_a_replacing_file_took_out_is_shown_as_such(told):
    fact = told.fact("dtp1_doses", "Wiped", "202401")
    table = pipeline.contributions(told.workspace, fact).to_pylist()
    assert sorted((row["state"], row["value"]) for row in table) == [
        ("replaced", 3),
        ("used", 8),
    ]


def test_both_doses_of_a_dropout_have_their_rows(told):
    fact = told.fact("dropout_dtp1_dtp3", "Plain", "2024Q1")
    assert {row["element"] for row in used(told, fact)} == {"DTP1", "DTP3", "Penta1"}


def test_stored_facts_and_facts_worked_out_agree(told):
    from boloci.published import published

    source = published(told.workspace, profile="boloci", build=None, as_of=None)
    names = [n for n in source.indicators if told.facts(n, period="2024")]
    worked = pipeline.compute(
        told.workspace,
        source.cursor(),
        build=source.build,
        profile="boloci",
        indicators=names,
        places=None,
        periods=[202400, 202421, 202431],
    )
    stored = told.workspace.facts(indicator=names)
    stored = stored.filter(
        [p in ("2024", "2024Q1", "2024S1") for p in stored["period"].to_pylist()]
    )
    order = [(name, "ascending") for name in ("indicator", "place_id", "period", "sex")]
    assert worked.schema == FACTS
    kept = [fact for fact in stored.sort_by(order).to_pylist() if usual(fact)]
    assert worked.sort_by(order).to_pylist() == kept
    assert len(names) > 20
