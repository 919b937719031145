"""The way of a new user, from files to a traced figure, through the commands."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from boloci.cli import run

PLACES = """place_id,name,level,parent_id
ML,Petit Mali,country,
R1,Sikasso,region,ML
D1,Bougouni,district,R1
A1,Kologo,area,D1
A2,N'Debougou,area,D1
"""
GROUPS = """group,name,kind,place_id
hub,Learning Hub,study,A1
"""
TARGETS = """population,place_id,year,value
surviving_infants,A1,2024,1200
surviving_infants,A2,2024,600
"""


def values(doses: int) -> str:
    """A year of first doses in two areas; the second is silent from July on."""
    lines = ["element,place_id,period,value"]
    for month in range(1, 13):
        lines.append(f"Penta1,A1,2024{month:02},{doses}")
        if month <= 6:
            lines.append(f"DTP1,A2,2024{month:02},40")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A workspace with one import, built once; tests that change it take a copy."""
    folder = tmp_path_factory.mktemp("whole")
    files = {
        "places.csv": PLACES,
        "groups.csv": GROUPS,
        "targets.csv": TARGETS,
        "values.csv": values(90),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    workspace = str(folder / "ws")
    assert run(["init", workspace]) == 0
    given = [str(folder / name) for name in files]
    assert run(["--workspace", workspace, "import", *given]) == 0
    assert run(["--workspace", workspace, "build"]) == 0
    return folder / "ws"


@pytest.fixture
def copy(built, tmp_path):
    return shutil.copytree(built, tmp_path / "ws")


def boloci(capsys, workspace, *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["--workspace", str(workspace), "--language", "en", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


def rows(capsys, workspace, *arguments: str) -> list[dict]:
    _, out, err = boloci(capsys, workspace, *arguments, "--format", "json")
    return json.loads(out or "[]") if not err else pytest.fail(err)


def test_a_figure_comes_out_of_the_files(capsys, built):
    asked = ("--indicator", "dtp1_coverage", "--place", "Kologo", "--period", "2024Q1")
    (fact,) = rows(capsys, built, "facts", *asked)
    assert (fact["numerator"], fact["denominator"]) == (270.0, 300.0)
    assert fact["value"] == pytest.approx(90.0)


def test_every_area_inside_a_group_or_a_place_can_be_asked_for(capsys, built):
    asked = ("--indicator", "dtp1_doses", "--period", "2024Q1", "--level", "area")
    inside = rows(capsys, built, "facts", *asked, "--place", "learning hub")
    assert [fact["place_id"] for fact in inside] == ["A1"]
    everywhere = rows(capsys, built, "facts", *asked, "--place", "SIKASSO")
    assert {fact["place_id"] for fact in everywhere} == {"A1", "A2"}


def test_a_month_that_is_not_stored_is_computed_when_asked(capsys, built):
    asked = ("--indicator", "dtp1_coverage", "--place", "A1", "--period", "202401")
    (fact,) = rows(capsys, built, "facts", *asked)
    assert fact["value"] == pytest.approx(90.0)
    assert fact["period"] == "202401"


def test_explain_leads_back_to_the_rows_of_the_file(capsys, built):
    asked = ("--indicator", "dtp1_doses", "--place", "A1", "--period", "2024Q1")
    (told,) = rows(capsys, built, "explain", *asked)
    used = [(row["file"], row["row"], row["value"]) for row in told["rows"]]
    assert used == [("values.csv", row, 90.0) for row in (2, 4, 6)]
    assert told["definition"]["name"]["fr"]
    assert told["build"]["snapshots"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), ("--place", "--period")),
        (("--indicator", "dtp1_doses"), ("--place", "--period")),
        (("--indicator", "dtp1_doses", "--place", "A1"), ("--period",)),
        (("--indicator", "dtp1_doses", "--level", "area"), ("--period",)),
        (
            (
                "--period",
                "2024",
            ),
            ("--place",),
        ),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_explain_asks_for_place_and_period_where_any_of_many_figures_could_be_meant(
    capsys, built, language, asked, said
):
    at = ["--workspace", str(built), "--language", language]
    assert run([*at, "explain", *asked]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    options = {"--place", "--period"}
    assert {option for option in options if option in told.err} == set(said)


def test_explain_answers_with_less_where_few_figures_are_meant(capsys, built):
    for asked in (
        ("--indicator", "dtp1_coverage", "--place", "A1"),
        ("--indicator", "dtp1_coverage", "--period", "2024"),
        ("--indicator", "dtp1_doses", "--place", "A1", "--limit", "1000"),
    ):
        assert boloci(capsys, built, "explain", *asked)[0] == 0


def test_explain_reads_as_sentences(capsys, built):
    asked = ("--indicator", "dtp1_coverage", "--place", "A1", "--period", "2024Q1")
    code, out, _ = boloci(capsys, built, "explain", *asked)
    assert code == 0
    assert "90.0% = 270 / 300 × 100" in out
    assert "values.csv" in out


def test_the_same_files_again_change_nothing(capsys, built):
    given = [str(built.parent / name) for name in ("values.csv", "places.csv")]
    more = [str(built.parent / name) for name in ("groups.csv", "targets.csv")]
    code, out, _ = boloci(capsys, built, "import", *given, *more)
    assert code == 0
    assert "nothing was changed" in out


def test_a_dry_run_reports_and_keeps_nothing(capsys, built, tmp_path):
    (tmp_path / "values.csv").write_text(values(80))
    before = rows(capsys, built, "snapshots")
    code, out, _ = boloci(
        capsys, built, "import", "--dry-run", str(tmp_path / "values.csv")
    )
    assert code == 0
    assert "18 values" in out
    assert rows(capsys, built, "snapshots") == before


def test_a_revision_counts_until_it_is_taken_back(capsys, copy, tmp_path):
    asked = ("--indicator", "dtp1_doses", "--place", "A1", "--period", "2024Q1")
    (tmp_path / "later.csv").write_text(values(100))
    boloci(capsys, copy, "import", str(tmp_path / "later.csv"))
    boloci(capsys, copy, "build")
    assert rows(capsys, copy, "facts", *asked)[0]["value"] == 300.0

    code, out, _ = boloci(capsys, copy, "undo", "000002")
    assert (code, "Took back" in out) == (0, True)
    boloci(capsys, copy, "build")
    assert rows(capsys, copy, "facts", *asked)[0]["value"] == 270.0
    states = [row["state"] for row in rows(capsys, copy, "snapshots")]
    assert states == ["live", "undone"]


def test_before_anything_was_received_there_is_nothing_to_compute(capsys, built):
    code, _, err = boloci(capsys, built, "facts", "--as-of", "2001-01-01")
    assert code == 1
    assert "2001" in err


def test_as_of_today_gives_what_is_published(capsys, copy):
    asked = ("--indicator", "dtp1_doses", "--place", "A1", "--period", "2024")
    (now,) = rows(capsys, copy, "facts", *asked)
    (then,) = rows(capsys, copy, "facts", *asked, "--as-of", "2099-01-01")
    assert then["value"] == now["value"] == 1080.0


def test_what_was_doubtful_when_a_file_was_read_is_among_the_findings(
    capsys, copy, tmp_path
):
    (tmp_path / "values.csv").write_text(
        "element,place_id,period,value\nDTP1,A1,202403,-5\n"
    )
    boloci(capsys, copy, "import", str(tmp_path / "values.csv"))
    boloci(capsys, copy, "build")
    found = rows(capsys, copy, "findings")
    assert any(row["rule"] == "negative_value" for row in found), found


def test_a_refused_file_leaves_with_1_and_names_the_row(capsys, built, tmp_path):
    bad = tmp_path / "values.csv"
    bad.write_text("element,place_id,period,value\nDTP1,A1,202401,many\n")
    code, _, err = boloci(capsys, built, "import", str(bad))
    assert code == 1
    assert "values.csv" in err
    assert "many" in err
    assert "2" in err


def test_verify_finds_a_damaged_snapshot(capsys, copy):
    assert boloci(capsys, copy, "verify")[0] == 0
    values_file = next(copy.glob("lake/snapshots/*/values-*.parquet"))
    values_file.write_bytes(values_file.read_bytes()[:-1] + b"x")
    code, _, err = boloci(capsys, copy, "verify")
    assert code == 3
    assert "values" in err


def test_a_busy_workspace_leaves_with_4(capsys, built, monkeypatch):
    from boloci.problems import refuse

    def busy(*_arguments, **_options):
        raise refuse("lake_busy", seconds=1)

    monkeypatch.setattr("boloci.pipeline.build", busy)
    assert boloci(capsys, built, "build")[0] == 4


def wide_file(folder, *headings: str) -> str:
    """A spreadsheet of a country's own: months across."""
    path = folder / "wide.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow([*headings, "Janvier 2025", "Février 2025"])
        lines.writerow(["Kologo", "Penta 1", 11, 12])
        lines.writerow(["N'Debougou", "Penta 1", 13, 14])
    return str(path)


def test_a_recipe_is_guessed_shown_kept_and_then_used(capsys, copy, tmp_path):
    wide = wide_file(tmp_path, "Aire de santé", "Donnée")
    code, out, _ = boloci(capsys, copy, "recipe", wide)
    assert code == 0
    assert "202501" in out
    assert (copy / "catalogue" / "recipes" / "wide.yaml").exists()
    code, out, _ = boloci(capsys, copy, "import", wide)
    assert code == 0
    assert "4 values" in out


def test_a_recipe_that_lacks_something_is_corrected_by_hand(capsys, copy, tmp_path):
    wide = wide_file(tmp_path, "Aire", "Quoi")
    code, out, _ = boloci(capsys, copy, "recipe", wide)
    assert code == 1
    assert "Not found: elements" in out

    kept = copy / "catalogue" / "recipes" / "wide.yaml"
    text = kept.read_text().replace("- Quoi\n", "") + "element: Quoi\n"
    kept.write_text(text)
    code, out, _ = boloci(capsys, copy, "recipe", wide)
    assert code == 0
    assert "kept before" in out
    assert "Penta 1" in out
    assert kept.read_text() == text


JUNK = "foo,bar,baz\n1,2,3\n"


def test_no_recipe_is_kept_where_no_places_or_periods_were_found(
    capsys, copy, tmp_path
):
    path = tmp_path / "badcols.csv"
    path.write_text(JUNK)
    code, out, _ = boloci(capsys, copy, "recipe", str(path))
    assert code == 1
    assert "Not found: places, periods" in out
    assert "This recipe is not kept" in out
    assert "--draft" in out
    assert not (copy / "catalogue" / "recipes").exists()
    good = tmp_path / "good.csv"
    good.write_text("element,place_id,period,value\nDTP1,A1,202401,5\n")
    assert boloci(capsys, copy, "import", str(good))[0] == 0


def test_a_draft_is_kept_for_who_asks_and_reads_no_file_before_it_is_whole(
    capsys, copy, tmp_path
):
    path = tmp_path / "badcols.csv"
    path.write_text(JUNK)
    code, out, _ = boloci(capsys, copy, "recipe", str(path), "--draft")
    assert code == 1
    assert "badcols.yaml" in out
    assert (copy / "catalogue" / "recipes" / "badcols.yaml").exists()
    good = tmp_path / "good.csv"
    good.write_text("element,place_id,period,value\nDTP1,A1,202401,5\n")
    assert boloci(capsys, copy, "import", str(good))[0] == 0


def test_a_kept_recipe_stays_where_a_new_guess_finds_no_places(capsys, copy, tmp_path):
    kept = copy / "catalogue" / "recipes" / "badcols.yaml"
    kept.parent.mkdir(parents=True)
    kept.write_text("name: mine\nheader_rows: [1]\nfirst_row: 2\n")
    path = tmp_path / "badcols.csv"
    path.write_text(JUNK)
    code, _, _ = boloci(capsys, copy, "recipe", str(path), "--renew")
    assert code == 1
    assert "name: mine" in kept.read_text()


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "was read by the recipe"), ("fr", "a été lu par la recette")],
)
def test_a_file_refused_by_a_recipe_tells_which_and_where_it_is(
    capsys, copy, tmp_path, language, said
):
    wide = wide_file(tmp_path, "Aire de santé", "Donnée")
    assert boloci(capsys, copy, "recipe", wide)[0] == 0
    text = Path(wide).read_text(encoding="utf-8")
    Path(wide).write_text(text.replace("Kologo", ""), encoding="utf-8")
    at = ["--workspace", str(copy), "--language", language]
    assert run([*at, "import", wide]) == 1
    told = capsys.readouterr().err
    assert said in told
    assert "catalogue/recipes/wide.yaml" in told


def test_a_folder_given_for_a_file_is_named_and_refused(capsys, built):
    code, _, told = boloci(capsys, built, "facts", "-o", str(built), "--format", "csv")
    assert code == 2
    assert "is a folder, not a file" in told


def test_the_next_command_names_the_workspace_that_was_named(
    capsys, built, tmp_path, monkeypatch
):
    spaced = tmp_path / "mon pays"
    shutil.copytree(built, spaced)
    code, out, _ = boloci(capsys, spaced, "build")
    assert code == 0
    assert f"boloci --workspace '{spaced}' facts" in out
    monkeypatch.chdir(spaced)
    capsys.readouterr()
    assert run(["--language", "en", "build"]) == 0
    assert "boloci facts" in capsys.readouterr().out


def test_a_value_of_no_human_size_is_shown_and_not_a_failure(capsys, copy, tmp_path):
    path = tmp_path / "values.csv"
    path.write_text("element,place_id,period,value\nBCG,A1,202401,1e300\n")
    assert boloci(capsys, copy, "import", str(path))[0] == 0
    assert boloci(capsys, copy, "build")[0] == 0
    asked = ("--indicator", "bcg_doses", "--place", "A1", "--period", "202401")
    code, out, _ = boloci(capsys, copy, "facts", *asked)
    assert (code, "1E300" in out) == (0, True)
    assert boloci(capsys, copy, "explain", *asked)[0] == 0


def test_a_folder_given_to_import_is_called_a_folder(capsys, built):
    code, _, told = boloci(capsys, built, "import", str(built))
    assert (code, "This is a folder, not a file." in told) == (2, True)
