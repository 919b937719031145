"""Why an answer is empty: the filter that let nothing through, and what there is."""

import pytest
from published_by_hand import fact, publish

from boloci.cli import run
from boloci.emptied import Emptied, emptied


@pytest.fixture(scope="module")
def mali(tmp_path_factory):
    """Doses of 2022-2024 for both sexes together, of the country and a region."""
    return publish(
        tmp_path_factory.mktemp("emptied"),
        [
            fact(place_id=place, period=period, value=400.0)
            for place in ("ML", "R1")
            for period in ("2022", "2023", "2024", "2024Q1")
        ],
        (),
    )


def test_a_year_without_data_is_told_with_the_years_there_are(mali):
    found = emptied(mali, indicator="dtp1_doses", place="Mali", period="2031")
    assert found == Emptied({"period": 4}, "2022", "2024")


def test_months_that_are_not_stored_are_told_by_the_longer_periods(mali):
    found = emptied(mali, indicator="dtp1_doses", place="Mali", period="203101")
    assert (found.first, found.last) == ("202201", "202412")


def test_a_filter_without_which_there_are_figures_is_told_with_their_number(mali):
    found = emptied(mali, place="Mali", period="2023", sex="female")
    assert found == Emptied({"sex": 1})


def test_of_two_filters_that_each_empty_the_answer_none_is_blamed(mali):
    assert emptied(mali, place="Mali", period="2031", sex="female") == Emptied({})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", "Aucun pour --period 2031 : il y en a de 2022 à 2024."),
        ("en", "There is none of --period 2031: there are 2022 to 2024."),
    ],
)
@pytest.mark.parametrize("form", ["table", "csv"])
def test_the_command_says_which_filter_and_which_periods(
    mali, capsys, language, words, form
):
    at = ["--workspace", str(mali.root), "--language", language]
    asked = ["--indicator", "dtp1_doses", "--period", "2031", "--format", form]
    assert run([*at, "facts", *asked]) == 0
    assert words in " ".join(capsys.readouterr().err.split())
