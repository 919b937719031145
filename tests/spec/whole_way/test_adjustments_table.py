"""Before and after: every month that a scenario changes, beside what was reported."""

import pytest

from boloci.cli import run
from boloci.problems import Refused
from tests.spec.small_country import country, months, values

USUAL = "50 52 48 51 49 50 53 47 50 51 49 50"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory):
    """B gives about 50 doses a month for two years, and once 500."""
    return country(
        tmp_path_factory.mktemp("adjustments") / "w",
        places="""
        place_id name level parent_id
        C Country country .
        D North district C
        A Aa area D
        B Bb area D
        """,
        values=values(
            months("DTP1", "A", 2023, USUAL),
            months("DTP1", "A", 2024, USUAL),
            months("DTP1", "B", 2023, USUAL),
            months("DTP1", "B", 2024, USUAL.replace("53", "500")),
        ),
    )


def test_a_changed_month_stands_beside_what_was_reported(told):
    [row] = told.workspace.adjustments(place="D", method="outliers").to_pylist()
    assert (row["place_id"], row["element"], row["period"]) == ("B", "DTP1", "202407")
    assert (row["before"], row["reason"]) == (500, "outlier")
    assert 47 <= row["after"] <= 53
    assert row["change"] == row["after"] - 500


def test_what_was_reported_is_not_overwritten(told):
    assert told.value("dtp1_doses", "B", "202407") == 500
    assert told.value("dtp1_doses", "B", "202407", method="outliers") < 60


def test_an_indicator_means_the_elements_it_is_made_of(told):
    asked = {"place": "D", "method": "outliers"}
    by_indicator = told.workspace.adjustments(indicator="dropout_dtp1_dtp3", **asked)
    by_element = told.workspace.adjustments(element="dtp1", **asked)
    assert by_indicator.equals(by_element)


def test_a_period_keeps_its_months(told):
    quarter = {"place": "D", "method": "outliers"}
    assert told.workspace.adjustments(period="2024Q3", **quarter).num_rows == 1
    assert told.workspace.adjustments(period="2024Q1", **quarter).num_rows == 0


def test_an_element_that_nothing_counts_is_refused(told):
    with pytest.raises(Refused) as refused:
        told.workspace.adjustments(element="DTP9")
    assert refused.value.problems[0].code == "element_unknown"


def test_the_command_names_the_constants_that_it_rests_on(told, capsys):
    where = ("--workspace", str(told.workspace.root), "--language", "fr")
    assert run([*where, "adjustments", "--place", "D", "--method", "outliers"]) == 0
    shown = capsys.readouterr().out
    assert "outlier_modified_z = 3.5" in shown
    assert "valeur aberrante remplacée" in shown
