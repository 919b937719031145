"""A build of an older boloci is read; where it holds too little, refused in words."""

from pathlib import Path

import duckdb
import pytest

from boloci.problems import Refused
from tests.spec.small_country import country, months, values
from tests.unit.published_by_hand import fact, publish


def test_flags_that_an_older_build_holds_in_32_bits_are_read_as_those_of_64(
    tmp_path: Path,
):
    facts = [
        fact("dtp1_coverage", flags="above_100;incomplete", unit="percent"),
        fact("dtp1_coverage", place_id="R1", unit="percent"),
        fact("dtp1_doses", flags="partial"),
    ]
    older, newer = (
        publish(tmp_path / str(bits), facts, flag_bits=bits).facts()
        for bits in (32, 64)
    )
    assert older == newer
    assert set(older["flags"].to_pylist()) == {"above_100;incomplete", "", "partial"}


@pytest.mark.parametrize("method", ["reported", "both"])
def test_a_figure_that_an_older_build_cannot_give_is_refused_and_told_to_rebuild(
    tmp_path: Path, method: str
):
    told = country(
        tmp_path / "w",
        places="place_id name level parent_id\nC Country country .\nD North district C",
        targets="population place_id year sex value\nsurviving_infants D 2024 . 120",
        values=values(months("DTP1", "D", 2024, "9 9 9 9 9 9 9 9 9 9 9 9")),
    )
    [build] = (tmp_path / "w" / "lake" / "facts" / "boloci").glob("*.duckdb")
    with duckdb.connect(build) as older:
        older.execute("DROP TABLE quality")
    with pytest.raises(Refused) as refused:
        told.workspace.facts(
            indicator="dtp1_coverage", place="D", period="202403", method=method
        )
    assert [problem.code for problem in refused.value.problems] == ["build_older"]
