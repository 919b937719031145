"""A build that an older boloci made is refused in words where it holds too little."""

from pathlib import Path

import duckdb
import pytest

from boloci.problems import Refused
from tests.spec.small_country import country, months, values


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
