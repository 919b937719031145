"""Problems and findings in words, and every code raised in the code has its words."""

import ast
import datetime
from pathlib import Path

import pytest

import boloci
from boloci.catalogue import load
from boloci.cli.language import speak
from boloci.cli.showing import number
from boloci.problems import Problem, Where
from boloci.tables import Finding
from boloci.telling.numbers import about
from boloci.wording import fill, finding_sentence, placeholders, problem_sentence

SOURCE = Path(boloci.__file__).parent


@pytest.fixture(scope="module")
def catalogue():
    return load()


def test_a_problem_says_where_what_and_what_to_do(catalogue):
    where = Where(file="mapping.csv", row=4, column="code", text="DPT9")
    problem = Problem("mapping_unknown_code", where, {"closest": ["DTP1", "DTP3"]})
    assert problem_sentence(problem, catalogue, "fr") == (
        "mapping.csv, ligne 4, colonne «\u00a0code\u00a0», "
        "texte «\u00a0DPT9\u00a0»\u00a0: "
        "Ce code n'existe pas dans le catalogue. Les plus proches\u00a0: DTP1, DTP3.\n"
        "À faire\u00a0: Écrivez un code du catalogue, PRODUIT.role (PENTA.received), "
        "sessions.held, none (connu, non utilisé) ou not_dose."
    )


def test_the_same_problem_in_english_names_row_and_column(catalogue):
    where = Where(file="mapping.csv", row=4, column="code", text="DPT9")
    problem = Problem("mapping_unknown_code", where, {"closest": "DTP1"})
    said = problem_sentence(problem, catalogue, "en")
    assert said.startswith("mapping.csv, row 4, column “code”, text “DPT9”: This code")


def test_a_value_nobody_gave_is_an_ellipsis_and_no_traceback(catalogue):
    said = problem_sentence(Problem("mapping_unknown_code"), catalogue, "en")
    assert "The closest: …." in said


def test_a_code_without_a_sentence_is_still_told(catalogue):
    problem = Problem("no_such_code", values={"count": 3})
    assert "no_such_code count = 3" in problem_sentence(problem, catalogue, "fr")


def test_quantities_are_written_as_the_language_writes_them():
    said = fill("{count} / {share}", {"count": 1359967, "share": 0.5}, "fr")
    assert said.replace("\u202f", " ") == "1 359 967 / 0,5"
    assert fill("{count}", {"count": 1359967}, "en") == "1,359,967"


@pytest.mark.parametrize(
    ("sentence", "language", "told"),
    [
        ("environ {n} enfants", "fr", "environ 40\u202f100 enfants"),
        ("d'environ {n} à {n}", "fr", "d'environ 40\u202f100 à 40\u202f107"),
        ("{n} now, usually about {n}", "en", "40,107 now, usually about 40,100"),
        ("about {words}", "en", "about a few"),
        ("about {absent}", "en", "about …"),
    ],
)
def test_a_number_told_as_about_has_no_digits_that_nobody_knows(
    sentence, language, told
):
    assert fill(sentence, {"n": 40107, "words": "a few"}, language) == told


@pytest.mark.parametrize(
    ("count", "told"),
    [(2, "2 clés répétées (a)"), (1, "1 clé(s) répétée(s) (a)"), (None, None)],
)
def test_words_after_a_count_of_several_are_plurals(count, told):
    said = fill(
        "{count} clé(s) répétée(s) ({text})", {"count": count, "text": "a"}, "fr"
    )
    assert said == (told or "… clé(s) répétée(s) (a)")


@pytest.mark.parametrize(
    ("value", "told"),
    [(0, 0), (7, 7), (999, 999), (1234, 1230), (-1236, -1240), (0.12345, 0.123)],
)
def test_about_keeps_three_digits(value, told):
    assert about(value) == pytest.approx(told)


@pytest.mark.parametrize("value", [-0.0, -0.004, 0, 0.004])
def test_what_rounds_to_nought_has_no_sign(value):
    assert fill("{change} %", {"change": value}, "fr") == "0\u00a0%"
    speak("fr")
    assert number(value, 2) == "0,00"


def test_the_same_number_is_written_as_each_language_writes_it():
    assert [fill("{n}", {"n": 0.5}, named) for named in ("fr", "en", "fr")] == [
        *("0,5", "0.5", "0,5")
    ]


def test_years_periods_and_rows_are_not_quantities():
    values = {"year": 2024, "period": 202401, "rows": [1200, 1300]}
    assert fill("{year} {period} {rows}", values, "fr") == "2024 202401 1200, 1300"


def test_dates_are_written_in_words():
    date = datetime.date(2024, 7, 31)
    assert fill("{since}", {"since": date}, "fr") == "31 juillet 2024"


def test_a_long_list_is_cut_with_an_ellipsis():
    assert fill("{rows}", {"rows": range(100)}, "en").endswith("10, 11, …")


def test_a_finding_gives_its_sentence_and_its_action(catalogue):
    params = {"file": "v.csv", "count": 2, "column": "value", "text": "-3", "rows": [4]}
    finding = Finding("negative_value", params=params)
    sentence, action = finding_sentence(finding, catalogue, "fr")
    assert sentence.startswith("v.csv\u00a0: 2 valeurs négatives")
    assert "jamais négatif" in action


def test_a_finding_without_a_rule_is_still_told(catalogue):
    sentence, action = finding_sentence(Finding("no_such_rule"), catalogue, "en")
    assert "no_such_rule" in sentence
    assert action == ""


def test_months_are_written_in_words():
    assert fill("{month}", {"month": 202403}, "fr") == "mars 2024"
    assert fill("{months}", {"months": [202403, 202404]}, "en") == (
        "March 2024, April 2024"
    )
    assert fill("{months} {month}", {"months": 7, "month": 202400}, "fr") == "7 2024"


def test_a_finding_says_what_may_explain_it(catalogue):
    found = Finding(
        "outlier_low",
        element="DTP1",
        value=4,
        expected=40,
        params={"place": "Kologo", "month": 202403},
        context='[{"kind":"stock_out","product":"PENTA","first":202403,'
        '"last":202404,"note":""}]',
    )
    sentence, _action = finding_sentence(found, catalogue, "fr")
    assert sentence == (
        "Kologo, mars 2024\u00a0: Penta 1 (DTC 1), seulement 4 déclarés, d'habitude"
        " environ 40 par mois."
        " Ce que l'on sait déjà et qui peut l'expliquer\u00a0: rupture de stock"
        " (Penta), mars 2024 – avril 2024."
    )


def raised(name: str) -> dict[str, str]:
    """Codes written out in calls of `name`, with the file of each."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [
                *node.args[:1],
                *(k.value for k in node.keywords if k.arg == "rule"),
            ]
            for code in given:
                written = isinstance(code, ast.Constant) and isinstance(code.value, str)
                if called == name and written:
                    found[code.value] = str(path.relative_to(SOURCE))
    return found


@pytest.mark.parametrize("call", ["refuse", "Problem"])
def test_every_problem_raised_has_its_sentence(catalogue, call):
    lost = {c: f for c, f in raised(call).items() if c not in catalogue.problems}
    assert not lost


def test_every_finding_raised_has_its_sentence(catalogue):
    lost = {c: f for c, f in raised("Finding").items() if c not in catalogue.rules}
    assert not lost


def test_french_and_english_sentences_take_the_same_values(catalogue):
    entries = {**catalogue.problems, **catalogue.rules}
    differ = [c for c, e in entries.items() if placeholders(e.fr) != placeholders(e.en)]
    assert not differ


def test_every_problem_has_a_remedy_and_every_finding_an_action_in_both(catalogue):
    texts = {c: e.remedy for c, e in catalogue.problems.items()}
    texts |= {c: e.action for c, e in catalogue.rules.items()}
    bare = [c for c, t in texts.items() if not (t.get("fr") and t.get("en"))]
    assert not bare


@pytest.mark.parametrize(
    ("language", "called"), [("fr", "naissances vivantes"), ("en", "live births")]
)
def test_a_name_told_in_two_languages_is_read_in_the_readers(
    catalogue, language, called
):
    names = {"population_fr": "naissances vivantes", "population_en": "live births"}
    finding = Finding("target_jump", params={"place": "Aa", **names})
    assert called in finding_sentence(finding, catalogue, language)[0]


@pytest.mark.parametrize(
    ("language", "called"),
    [("fr", "Penta 1 (DTC 1), 90 déclarés"), ("en", "Penta 1 (DTP 1), 90 reported")],
)
def test_what_is_counted_is_told_by_its_name_and_not_its_code(
    catalogue, language, called
):
    found = Finding("outlier_high", element="DTP1", value=90, params={"month": 202403})
    assert called in finding_sentence(found, catalogue, language)[0]


@pytest.mark.parametrize(
    ("language", "called"), [("fr", "pour la mesure (measure)"), ("en", "for measure")]
)
def test_what_could_be_chosen_is_told_in_the_readers_words(catalogue, language, called):
    values = {"what": "measure", "given": "magic", "known": "theil"}
    problem = Problem("choice_unknown", values=values)
    assert called in problem_sentence(problem, catalogue, language)


def test_a_report_that_holds_one_month_more_is_told_without_a_wrong_plural(catalogue):
    found = Finding("late_together", value=80, params={"month": 202403, "gap": 1})
    assert "(1 mois sans rapport)" in finding_sentence(found, catalogue, "fr")[0]
    assert "1 month(s)" in finding_sentence(found, catalogue, "en")[0]


def test_a_list_of_doses_tells_their_short_names(catalogue):
    params = {"elements": ["BCG", "DTP1", "OPV0", "MENA"]}
    found = Finding("coverage_above_100", element="BCG", params=params)
    sentence, _action = finding_sentence(found, catalogue, "fr")
    assert "BCG, Penta 1, VPO 0, Méningite A." in sentence


def test_a_vaccine_and_a_denominator_are_told_by_name(catalogue):
    stock = Finding("doses_above_used", params={"product": "PENTA"})
    assert "doses de Penta" in finding_sentence(stock, catalogue, "fr")[0]
    source = Finding("denominator_without_survey", params={"source": "anc1"})
    assert (
        "«\u00a0Premières consultations" in finding_sentence(source, catalogue, "fr")[0]
    )


def test_what_the_catalogue_does_not_know_keeps_its_code(catalogue):
    found = Finding("outlier_high", element="NEW1", value=9, params={"month": 202403})
    assert "NEW1" in finding_sentence(found, catalogue, "fr")[0]


def test_a_quarter_is_written_in_words():
    assert fill("{month}", {"month": 202322}, "fr") == "2e trimestre 2023"
    assert fill("{month}", {"month": 202322}, "en") == "2nd quarter 2023"


@pytest.mark.parametrize(
    ("chance", "said"), [(100.0, "plus de 99"), (99.2, "plus de 99"), (86.4, "86")]
)
def test_a_chance_is_never_told_as_certain(chance, said):
    assert fill("{chance}", {"chance": chance}, "fr") == said
