"""`boloci undo --back`: an import that was taken back counts again."""

import json

import pytest

from boloci.cli import run

PLACES = "place_id,name,level,parent_id\nML,Petit Mali,country,\nD1,Niono,district,ML\n"
VALUES = "element,place_id,period,value\nDTP1,D1,202401,{doses}\n"


@pytest.fixture
def workspace(tmp_path, capsys) -> str:
    """A workspace with three imports: places, a month, the month typed anew."""
    made = str(tmp_path / "ws")
    assert run(["init", made]) == 0
    texts = (PLACES, VALUES.format(doses=10), VALUES.format(doses=12))
    for number, text in enumerate(texts):
        path = tmp_path / f"{number}.csv"
        path.write_text(text, encoding="utf-8")
        assert run(["--workspace", made, "import", str(path)]) == 0
    capsys.readouterr()
    return made


def states(workspace: str, capsys) -> list[str]:
    capsys.readouterr()
    assert run(["--workspace", workspace, "snapshots", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    return [row["state"] for row in (told if isinstance(told, list) else told["rows"])]


def test_an_import_is_taken_back_and_brought_back_at_its_rank(workspace, capsys):
    assert run(["--workspace", workspace, "undo", "000002"]) == 0
    assert states(workspace, capsys) == ["live", "undone", "live"]
    assert run(["--workspace", workspace, "undo", "--back", "000002"]) == 0
    assert "rétabli" in capsys.readouterr().out
    assert states(workspace, capsys) == ["live", "live", "live"]


def test_what_counts_is_not_brought_back(workspace, capsys):
    assert run(["--workspace", workspace, "undo", "--back", "000002"]) == 2
    assert "compte déjà" in capsys.readouterr().err


def test_the_import_of_all_places_is_not_taken_back_while_others_count(
    workspace, capsys
):
    assert run(["--workspace", workspace, "undo", "000001"]) == 1
    said = capsys.readouterr().err
    assert "il contient tous les lieux" in said
    assert "2 lieux ne sont connus que par cet import." in said
    assert "À faire" in said
    assert states(workspace, capsys) == ["live", "live", "live"]


def test_who_takes_the_last_import_back_reads_that_nothing_is_left(workspace, capsys):
    for number in ("000003", "000002", "000001"):
        capsys.readouterr()
        assert run(["--workspace", workspace, "undo", number]) == 0
    assert "il ne restera rien" in capsys.readouterr().err
