"""Countries whose data are as poor as data can be: answers in words, never a crash.

Each district of one country is poor in its own way: no child expected, one month only,
nothing but zeros, divided in the year, no target, no report, no year but one.
"""

import pytest

from boloci import workspace
from boloci.cli import run
from tests.spec.small_country import Country, country, flags, months, values

PROFILES = ("boloci", "countdown", "dhis2", "fastr")
POOR = ("Nochild", "Onemonth", "Zeros", "Divided", "Notarget", "Silent")
PLACES = """
place_id name level parent_id valid_from valid_to
C Country country . . .
K Nochild district C . .
O Onemonth district C . .
Z Zeros district C . .
V Divided district C . .
T Notarget district C . .
S Silent district C . .
K1 Ka area K . .
O1 Oa area O . .
Z1 Za area Z . .
V1 Va area V . 2024-06-30
V2 Vb area V 2024-07-01 .
V3 Vc area V 2024-07-01 .
T1 Ta area T . .
S1 Sa area S . .
"""
TARGETS = """
population place_id year value
surviving_infants K1 2024 0
surviving_infants O1 2024 1200
surviving_infants Z1 2024 600
surviving_infants V1 2024 1200
surviving_infants V2 2024 600
surviving_infants V3 2024 600
surviving_infants S1 2024 240
"""
TEN, NONE, FIFTY = ("10 " * 12), ("0 " * 12), ("50 " * 6)


@pytest.fixture(scope="module")
def poor(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """The country built under every profile."""
    told = country(
        tmp_path_factory.mktemp("poor") / "w",
        places=PLACES,
        targets=TARGETS,
        values=values(
            *(
                lines
                for element in ("DTP1", "DTP3")
                for lines in (
                    months(element, "K1", 2024, TEN),
                    months(element, "O1", 2024, "x x x 90"),
                    months(element, "Z1", 2024, NONE),
                    months(element, "V1", 2024, "100 " * 6),
                    months(element, "V2", 2024, "x " * 6 + FIFTY),
                    months(element, "V3", 2024, "x " * 6 + FIFTY),
                    months(element, "T1", 2024, TEN),
                )
            )
        ),
    )
    for profile in PROFILES[1:]:
        told.build(profile)
    return told


def said(capsys, root, language: str, *words: str) -> tuple[int, str]:
    """Exit code and all that a command says."""
    capsys.readouterr()
    code = run(["--workspace", str(root), "--language", language, *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_target_of_zero_gives_no_coverage_and_no_infinity(poor):
    for method in ("reported", "outliers", "completeness", "both"):
        fact = poor.fact(
            "dtp1_coverage", "K", "2024", method=method, denominator="target"
        )
        assert fact["value"] is None
    assert poor.value("zero_dose_share", "K", "2024") is None


def test_nothing_but_zeros_is_a_coverage_of_zero_and_no_dropout(poor):
    assert poor.value("dtp1_coverage", "Z", "2024") == 0
    assert poor.value("dropout_dtp1_dtp3", "Z", "2024") is None
    assert poor.value("zero_dose_children", "Z", "2024") == 600


def test_one_month_is_no_year(poor):
    fact = poor.fact("zero_dose_children", "O", "2024")
    assert fact["value"] is None
    assert "reports_missing" in flags(fact)


def test_a_district_divided_in_two_is_neither_a_jump_nor_a_doubling(poor):
    fact = poor.fact("dtp1_coverage", "V", "2024")
    assert (fact["numerator"], fact["denominator"]) == (1200, 1200)
    told = {f["rule"] for f in poor.findings() if f["place_id"] in ("V", "V2", "V3")}
    assert not told & {"target_jump", "level_shift", "outlier_high", "outlier_low"}


def test_no_report_gives_no_dose_in_any_scenario(poor):
    for method in ("reported", "outliers", "completeness", "both"):
        found = poor.facts("dtp1_doses", place="S", period="2024", method=method)
        assert [fact["value"] for fact in found if not fact["sex"]] in ([], [None])


@pytest.mark.parametrize("profile", PROFILES)
def test_the_country_of_poor_districts_is_the_sum_of_what_they_reported(poor, profile):
    fact = poor.fact(
        "dtp1_doses", "C", "2024", profile=profile, method="reported", denominator=()
    )
    assert fact["value"] == 120 + 90 + 0 + 1200 + 120


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("profile", PROFILES)
def test_every_question_about_a_poor_district_is_answered(
    poor, capsys, profile, language
):
    about = ("--period", "2024", "--profile", profile)
    questions = [
        *(("range", "dtp1_coverage", "--place", name, *about) for name in POOR),
        ("range", "zero_dose_children", "--level", "district", *about),
        ("range", "dropout_dtp1_dtp3", "--place", "Zeros", *about),
        ("inequality", "dtp1_coverage", *about, "--all"),
        ("inequality", "dropout_dtp1_dtp3", *about, "--all"),
        ("inequality", "zero_dose_share", *about),
        ("findings", "--profile", profile),
        ("explain", "--level", "district", "--indicator", "dtp1_coverage", *about),
        ("adjustments", *about),
    ]
    for words in questions:
        code, told = said(capsys, poor.workspace.root, language, *words)
        assert code == 0, (words, told)
        assert told.strip(), words
        assert not {"nan", "inf", "None"} & set(told.split()), (words, told)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("range", "dtp1_coverage", "--place", "C", "--period", "2024"),
        ("inequality", "dtp3_coverage"),
        ("findings",),
        ("explain", "--indicator", "dtp1_coverage"),
        ("adjustments",),
        ("compare", "dtp1_coverage"),
    ],
    ids=lambda words: words[0],
)
def test_a_workspace_without_a_build_says_what_to_do(tmp_path, capsys, words, language):
    empty = workspace.init(tmp_path / "w")
    code, told = said(capsys, empty.root, language, *words)
    assert code == 2
    assert "boloci build" in told or "boloci import" in told


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(
    "words",
    [
        ("range", "dtp1_covrage", "--place", "C", "--period", "2024"),
        ("range", "dtp1_coverage", "--place", "Nowhere", "--period", "2024"),
        ("range", "dtp1_coverage", "--place", "C", "--period", "soon"),
        ("range", "dtp1_coverage", "--period", "2024"),
        ("range", "dtp1_coverage", "--place", "C"),
        ("range", "dtp1_coverage", "--place", "C", "--period", "2024W1"),
        ("inequality", "dtp1_covrage"),
        ("inequality", "dtp1_coverage", "--over", "planet"),
        ("inequality", "dtp1_coverage", "--measure", "luck"),
        ("inequality", "dtp1_coverage", "--reference", "Nowhere"),
        ("inequality", "dtp1_coverage", "--profile", "unknown"),
        ("explain", "--indicator", "dtp1_covrage"),
        ("findings", "--place", "Nowhere"),
        ("adjustments", "--element", "DTP9"),
    ],
    ids=" ".join,
)
def test_words_that_name_nothing_are_refused_in_words(poor, capsys, words, language):
    code, told = said(capsys, poor.workspace.root, language, *words)
    assert code == 2
    remedy = {"fr": "À faire", "en": "What to do"}[language]
    assert remedy in told, told


def test_a_drop_out_is_not_said_to_be_over_a_target(poor, capsys):
    asked = ("range", "dropout_dtp1_dtp3", "--place", "Divided", "--period", "2024")
    code, told = said(capsys, poor.workspace.root, "en", *asked)
    assert code == 0
    assert "as reported" in told
    assert "official target" not in told
