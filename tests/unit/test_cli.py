import json
import subprocess
import sys

import pyarrow as pa
import pytest
from published_by_hand import fact, publish

from boloci.cli import run
from boloci.cli.doubts import by_rule, severity_word
from boloci.cli.program import COMMANDS
from boloci.periods import month_range
from boloci.tables import FINDINGS, Finding


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    """No workspace, language or terminal of the person who runs the tests."""
    for name in ("BOLOCI_WORKSPACE", "BOLOCI_LANGUAGE", "LANGUAGE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture
def mali(tmp_path):
    workspace = publish(
        tmp_path / "mali",
        [
            fact("dtp1_coverage", "R1", value=87.345, unit="percent", numerator=1234.0),
            fact("dtp1_coverage", "R2", value=None, unit="percent", numerator=None),
            fact("dtp1_doses", "ML", value=12345.0),
        ],
        (Finding("no_such_rule", place_id="R1", period_start="2024Q1"),),
    )
    return str(workspace.root)


def boloci(capsys, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    capsys.readouterr()
    code = run(arguments)
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_teaches_with_examples_in_both_languages(capsys, command, language):
    code, out, _ = boloci(capsys, "--language", language, *command.split(), "--help")
    assert code == 0
    assert {"fr": "Exemples\u00a0:", "en": "Examples:"}[language] in out
    assert "boloci " + command in out
    assert {"fr": "Usage\u00a0:", "en": "Usage:"}[language] in out


def test_help_needs_no_engine():
    script = (
        "import sys; from boloci.cli import run; run(['--help']);"
        "heavy = {'pyarrow', 'duckdb', 'numpy', 'yaml', 'rich', 'babel'};"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_messages_are_french_unless_asked_otherwise(capsys, tmp_path):
    _, _, french = boloci(capsys, "--workspace", str(tmp_path), "facts")
    _, _, english = boloci(
        capsys, "facts", "--workspace", str(tmp_path), "--language", "en"
    )
    assert "n'est pas un espace de travail" in french
    assert "is not a boloci workspace" in english


def test_clicks_messages_are_french_too(capsys):
    code, _, err = boloci(capsys, "facts", "--sex", "both")
    assert code == 2
    assert "Valeur refusée" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("facts",), 0),
        (("facts", "--period", "2031"), 0),
        (("facts", "--nonsense"), 2),
        (("nonsense",), 2),
        (("facts", "--place", "Nowhere"), 2),
        (("facts", "--indicator", "nothing_like_it"), 2),
        (("facts", "--profile", "magic"), 2),
        (("facts", "--profile", "countdown"), 2),
        (("facts", "-o", "figures.docx"), 2),
        (("import", "no-such-file.csv"), 2),
        (("undo", "000009"), 2),
    ],
)
def test_the_exit_code_tells_what_happened(capsys, mali, arguments, code):
    assert boloci(capsys, "--workspace", mali, *arguments)[0] == code


def test_another_format_of_workspace_leaves_with_3(capsys, mali, tmp_path):
    settings = tmp_path / "mali" / "boloci.toml"
    settings.write_text(settings.read_text().replace("format = 1", "format = 2"))
    code, _, err = boloci(capsys, "--workspace", mali, "--language", "en", "facts")
    assert code == 3
    assert "boloci upgrade" in err


def test_several_places_of_one_name_are_listed(capsys, mali):
    code, _, err = boloci(capsys, "--workspace", mali, "facts", "--place", "kologo")
    assert code == 2
    assert "A2: Mali / Sikasso / Bougouni" in err
    assert "A3: Mali / Ségou / Ségou" in err


def test_a_table_rounds_and_writes_numbers_as_the_language_does(capsys, mali):
    _, french, _ = boloci(capsys, "--workspace", mali, "facts")
    assert "87,3\u00a0%" in french
    assert "12\u202f345" in french
    _, english, _ = boloci(capsys, "--workspace", mali, "--language", "en", "facts")
    assert "87.3%" in english
    assert "12,345" in english


def test_what_is_the_same_everywhere_is_said_once_below_the_table(capsys, mali):
    _, out, _ = boloci(capsys, "--workspace", mali, "--language", "en", "facts")
    assert out.count("(reported)") == 1
    assert "method: as reported (reported)" in out


def test_no_row_is_a_sentence_and_not_an_empty_table(capsys, mali):
    _, out, err = boloci(capsys, "--workspace", mali, "facts", "--period", "2031")
    assert out == ""
    assert "Aucun chiffre publié" in err


def test_json_keeps_full_precision_and_null(capsys, mali):
    _, out, _ = boloci(
        capsys, "--workspace", mali, "facts", "--format", "json", "--level", "region"
    )
    assert [row["value"] for row in json.loads(out)] == [87.345, None]


def test_findings_show_a_sentence_for_each(capsys, mali):
    code, out, _ = boloci(capsys, "--workspace", mali, "findings", "--place", "R1")
    assert code == 0
    assert "no_such_rule" in out


def test_findings_that_are_only_good_to_know_are_counted_and_shown_when_asked(
    capsys, tmp_path
):
    """One warning and one info: the info is counted, and shown when asked for."""
    found = (
        Finding("grave_rule", place_id="R1"),
        Finding("light_rule", severity="info", place_id="R1"),
    )
    workspace = publish(tmp_path / "w", [fact("dtp1_doses", "R1", value=1.0)], found)
    asked = ("--workspace", str(workspace.root), "findings")
    _, out, err = boloci(capsys, *asked)
    assert "grave_rule" in out
    assert "light_rule" not in out
    assert "1 constat" in err
    assert "--severity info" in err
    for more in (("--all",), ("--severity", "info"), ("--place", "R1")):
        _, out, err = boloci(capsys, *asked, *more)
        assert "light_rule" in out
        assert "1 constat" not in err


def test_findings_name_their_place_and_its_parent_where_two_share_the_name(
    capsys, tmp_path
):
    places = ("R1", "A2", "A3", "R2", "D2")
    told = tuple(Finding("no_such_rule", place_id=place) for place in places)
    workspace = str(publish(tmp_path / "w", [fact()], told).root)
    asked = ("--workspace", workspace, "findings", "--all")
    _, out, _ = boloci(capsys, *asked)
    lines = [line for line in out.splitlines() if "no_such_rule" in line]
    shown = " ".join(lines)
    for name in (
        "Kologo (Bougouni)",
        "Kologo (Ségou)",
        "Ségou (Mali)",
        "Ségou (Ségou)",
    ):
        assert name in shown
    assert not any(f" {place} " in shown for place in places)
    _, out, _ = boloci(capsys, *asked, "--format", "json")
    assert {row["place_id"] for row in json.loads(out)} == set(places)


@pytest.mark.parametrize("found", [(), (Finding("no_such_rule", place_id="R1"),)])
def test_checks_that_a_profile_does_not_make_are_told_in_one_line(
    capsys, tmp_path, found
):
    places = str(publish(tmp_path / "w", [fact()], found, profile="dhis2").root)
    asked = ("--workspace", places, "findings", "--profile", "dhis2")
    _, _, err = boloci(capsys, *asked)
    [line] = [line for line in err.splitlines() if "profil dhis2" in line]
    assert "registres recomptés" in line
    assert "valeurs aberrantes" not in line


def test_where_every_check_is_made_nothing_is_said_of_it(capsys, mali):
    assert "profil" not in boloci(capsys, "--workspace", mali, "findings")[2]


def test_a_kind_of_finding_is_told_by_its_gravest(capsys, tmp_path):
    """A light one first: the table of kinds shows the grave one and counts both."""
    found = pa.Table.from_pylist(
        [
            {"rule": "no_such_rule", "severity": "info", "params": '{"n": 1}'},
            {"rule": "no_such_rule", "severity": "error", "params": '{"n": 2}'},
        ],
        schema=FINDINGS,
    )
    workspace = publish(tmp_path / "w", [fact()])
    [group] = by_rule(workspace, found)
    assert (group.severity, group.count) == (severity_word("error"), 2)
    assert "n = 2" in group.sentence


def test_the_summary_tells_the_code_by_which_a_kind_is_asked_for(capsys, mali):
    code, out, _ = boloci(capsys, "--workspace", mali, "findings", "--summary")
    assert (code, "no_such_rule" in out) == (0, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "No kind of finding is called nope"), ("fr", "Aucune sorte de constat")],
)
def test_an_unknown_kind_of_finding_names_where_all_are_listed(
    capsys, mali, language, said
):
    asked = ("--workspace", mali, "--language", language, "findings", "--rule", "nope")
    code, _, told = boloci(capsys, *asked)
    assert code == 2
    assert said in told
    assert "boloci findings --summary" in told
    assert "…" not in told


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    ("arguments", "option", "other"),
    [
        (("inequality", "dtp1_coverage", "--over", "distrcit"), "--over", "--level"),
        (("facts", "--level", "distrcit"), "--level", "--over"),
    ],
)
def test_a_level_that_is_none_names_the_option_it_was_given_to(
    capsys, mali, language, arguments, option, other
):
    code, _, told = boloci(
        capsys, "--workspace", mali, "--language", language, *arguments
    )
    assert code == 2
    assert "distrcit" in told
    assert (option in told, other in told) == (True, False)
    assert ("sex" in told) == (option == "--over")


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "The name of the place is empty"), ("fr", "Le nom du lieu est vide")],
)
@pytest.mark.parametrize("command", ["facts", "findings", "explain"])
def test_an_empty_place_is_called_empty(capsys, mali, command, language, said):
    asked = ("--workspace", mali, "--language", language, command, "--place", " ")
    code, _, told = boloci(capsys, *asked)
    assert (code, said in told) == (2, True)


@pytest.mark.parametrize(
    ("told", "most"), [("80", 80), ("100", 100), ("", 400), ("wide", 400), ("0", 400)]
)
def test_a_piped_table_is_as_wide_as_the_environment_says(
    capsys, mali, monkeypatch, told, most
):
    monkeypatch.setenv("COLUMNS", told)
    out = boloci(capsys, "--workspace", mali, "findings", "--summary")[1]
    drawn = [line for line in out.splitlines() if "─" in line]
    assert all(len(line) <= most for line in drawn)
    assert (max(map(len, drawn)) > 100) == (most == 400)


def test_findings_carry_their_sentence_into_files(capsys, mali, tmp_path):
    boloci(capsys, "--workspace", mali, "findings", "-o", str(tmp_path / "f.json"))
    row = json.loads((tmp_path / "f.json").read_text())[0]
    assert "no_such_rule" in row["sentence"]


def test_findings_in_a_file_are_counted(capsys, mali, tmp_path):
    file = tmp_path / "f.csv"
    _, _, err = boloci(capsys, "--workspace", mali, "findings", "-o", str(file))
    rows = len(file.read_text().splitlines()) - 1
    assert f"{rows} lignes écrites" in err


@pytest.mark.parametrize(
    "arguments", [("facts", "-o", f"{'x' * 300}.csv"), ("import", f"{'x' * 300}.csv")]
)
def test_a_name_longer_than_the_disk_takes_is_told_as_that(capsys, mali, arguments):
    code, _, err = boloci(capsys, "--workspace", mali, *arguments)
    assert code == 2
    assert "trop long" in err
    assert "imprévue" not in err


def test_an_unforeseen_error_is_logged_without_names_and_has_no_traceback(
    capsys, mali, tmp_path, monkeypatch
):
    def fail(*_arguments, **_options):
        raise RuntimeError("Fatoumata Traoré, 42 doses")

    monkeypatch.setattr("boloci.facts.stream", fail)
    code, out, err = boloci(capsys, "--workspace", mali, "facts", "--place", "Mali")
    line = json.loads((tmp_path / "mali" / "logs" / "boloci.jsonl").read_text())
    assert code == 3
    assert "Traceback" not in out + err
    assert line["id"] in err
    assert (line["command"], line["error"]) == ("facts", "RuntimeError")
    assert "Fatoumata" not in json.dumps(line)


def test_ctrl_c_leaves_with_130_and_a_sentence(capsys, mali, monkeypatch):
    def interrupt(*_arguments, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr("boloci.facts.stream", interrupt)
    code, _, err = boloci(capsys, "--workspace", mali, "facts")
    assert code == 130
    assert "Interrompu" in err


def test_a_full_disk_is_told_and_leaves_with_3(capsys, mali, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("boloci.cli.writing.os.replace", full)
    code, _, err = boloci(capsys, "--workspace", mali, "facts", "-o", "/tmp/x.csv")
    assert code == 3
    assert "Traceback" not in err


def test_a_reader_that_goes_away_is_no_error_message(tmp_path):
    facts = [fact(period=f"{month}") for month in month_range(190001, 219912)]
    root = publish(tmp_path, facts).root
    command = f"{sys.executable} -m boloci.cli --workspace {root} facts --format csv"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -n 1; exit ${{PIPESTATUS[0]}}"],
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.startswith("\ufeffindicator,")
    assert done.returncode == 141


def test_init_says_what_to_do_next(capsys, tmp_path):
    code, out, _ = boloci(capsys, "init", str(tmp_path / "new"), "--country", "ML")
    assert code == 0
    assert "import" in out
    assert (tmp_path / "new" / "boloci.toml").exists()


def test_an_unknown_country_is_named_with_the_known_ones(capsys, tmp_path):
    code, _, err = boloci(capsys, "init", str(tmp_path / "new"), "--country", "XX")
    assert code == 2
    assert "ML" in err
