"""Groups of a survey from a file: quintiles in order, regions without."""

from pathlib import Path

import pytest

from boloci.cli import run
from boloci.inequality_files import of_file
from boloci.problems import Refused

QUINTILES = """indicator;dimension;subgroup;subgroup_order;estimate;se;population
dtp3;wealth;poorest;1;20;;78
dtp3;wealth;richest;5;60;;105
dtp3;wealth;second;2;30;;91
dtp3;wealth;middle;3;40;;162
dtp3;wealth;fourth;4;50;;103
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "quintiles.csv"
    path.write_text(text, encoding="utf-8")
    return path


def measured(path: Path, measure: str) -> dict:
    (found,) = of_file(path, measure=[measure]).to_pylist()
    return found


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("aci", 7.3284202),
        ("rci", 0.17776859),
        ("sii", 44.44502),
        ("rii", 3.159506),
        ("paf", 45.544548),
        ("par", 18.775509),
    ],
)
def test_quintiles_are_taken_in_their_order(tmp_path, measure, value):
    found = measured(write(tmp_path, QUINTILES), measure)
    assert found["value"] == pytest.approx(value, rel=1e-6)
    assert (found["over"], found["n"], found["left_out"]) == ("wealth", 5, 0)


def test_a_group_without_an_estimate_is_left_out_and_counted(tmp_path):
    found = measured(write(tmp_path, QUINTILES.replace(";20;", ";;")), "difference")
    assert (found["value"], found["n"], found["left_out"]) == (30, 4, 1)
    assert "groups_left_out" in found["flags"]


def test_groups_without_an_order_have_no_gradient(tmp_path):
    text = "indicator,dimension,subgroup,estimate\nd,region,A,50\nd,region,B,80\n"
    found = {row["measure"] for row in of_file(write(tmp_path, text)).to_pylist()}
    assert "difference" in found
    assert not found & {"aci", "rci", "sii", "rii"}


def test_a_slope_above_everybody_is_refused(tmp_path):
    found = measured(write(tmp_path, QUINTILES.replace(";60;", ";101;")), "sii")
    assert found["value"] is None
    assert "best_above_100" in found["flags"]


def test_quintiles_that_are_all_reached_have_no_slope(tmp_path):
    text = QUINTILES
    for value in (20, 30, 40, 50, 60):
        text = text.replace(f";{value};;", ";100;;")
    assert measured(write(tmp_path, text), "sii")["value"] == 0
    assert measured(write(tmp_path, text), "rii")["value"] == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("indicator,subgroup,estimate\nd,A,5\n", "columns_missing"),
        (QUINTILES.replace(";60;", ";many;"), "not_a_number"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text, code):
    with pytest.raises(Refused) as refused:
        of_file(write(tmp_path, text))
    assert refused.value.problems[0].code == code


def test_the_command_measures_a_file_without_a_workspace(tmp_path, capsys):
    path = str(write(tmp_path, QUINTILES))
    assert run(["inequality", "--file", path, "--language", "en"]) == 0
    assert "Slope index of inequality" in capsys.readouterr().out


def test_the_command_needs_an_indicator_or_a_file(capsys):
    assert run(["inequality", "--language", "en"]) == 2
    assert "--file" in capsys.readouterr().err
