"""The catalogue: what it defines, and how a workspace lays its own over it."""

import textwrap

import pytest

from boloci.catalogue import load
from boloci.catalogue.definitions import FORMULAS
from boloci.problems import Refused
from boloci.stats.vocabulary import FLAGS

NAMED = """
dtp1_doses dtp1_doses_all_ages dtp1_doses_campaign anc1_count dtp1_coverage
dtp1_coverage_reporting_units dtp1_target_minus_doses zero_dose_children
under_immunised_children zero_dose_share under_immunised_share
started_not_finished_dtp dropout_dtp1_dtp3 dropout_bcg_mcv1 dropout_mcv1_mcv2
dropout_dtp1_mcv1 dropout_dtp1_dtp3_lagged dtp1_sex_gap dtp1_sex_ratio
dtp1_sex_gap_relative mcv1_sex_gap bcg_sex_ratio completeness timeliness
completeness_first_seen timeliness_first_seen session_completion red_category
ratio_anc1_dtp1 ratio_dtp1_dtp3 zero_dose_progress districts_dtp3_80
complete_immunisation complete_immunisation_sex_gap
"""


@pytest.fixture(scope="module")
def catalogue():
    return load()


@pytest.fixture
def workspace(tmp_path):
    """`workspace(**files)`: a workspace with files in its catalogue/."""

    def make(country: str = "", files: dict[str, str] | None = None):
        (tmp_path / "boloci.toml").write_text(f'format = 1\ncountry = "{country}"\n')
        for name, text in (files or {}).items():
            path = tmp_path / "catalogue" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return tmp_path

    return make


def refused(workspace):
    with pytest.raises(Refused) as told:
        load(workspace)
    return told.value.problems


@pytest.mark.parametrize("name", NAMED.split())
def test_the_indicators_of_the_contract_are_defined(catalogue, name):
    assert catalogue.indicators[name].formula["kind"] in FORMULAS


def test_every_dose_of_malis_schedule_is_an_element_with_doses_counted():
    mali = load(country="ML")
    elements = {row.element for row in mali.schedule.rows}
    assert {"BCG", "DTP1", "IPV2", "MCV2", "YF", "MENA", "HPV1", "R21_5"} <= elements
    assert all(f"{code.lower()}_doses" in mali.indicators for code in elements)


def test_the_first_antigens_are_targeted_at_their_own_population(catalogue):
    targets = {
        code: catalogue.elements[code].target
        for code in ("BCG", "OPV0", "DTP1", "MCV1", "MCV2", "HPV1", "TD2PLUS")
    }
    assert targets == {
        "BCG": "live_births",
        "OPV0": "live_births",
        "DTP1": "surviving_infants",
        "MCV1": "surviving_infants",
        "MCV2": "children_12_23_months",
        "HPV1": "girls_10",
        "TD2PLUS": "pregnant_women",
    }


def test_a_family_fills_in_dose_and_target_in_each_language(catalogue):
    found = catalogue.indicators["mcv2_coverage"]
    assert found.name["fr"] == "Couverture RR 2 (rougeole 2)"
    assert "children of 12-23 months" in found.denominator["en"]
    assert found.formula["population"] == "children_12_23_months"


def test_no_placeholder_is_left_in_a_definition(catalogue):
    for name, found in catalogue.indicators.items():
        texts = (found.name, found.why, found.numerator, found.denominator, found.null)
        written = [text for words in texts for text in words.values()]
        written += [str(value) for value in found.formula.values()]
        assert not [text for text in written if "{" in text], name


def test_every_flag_that_statistics_set_has_a_sentence_in_both_languages(catalogue):
    assert set(FLAGS) <= set(catalogue.flags)
    assert all(words.keys() >= {"fr", "en"} for words in catalogue.flags.values())


@pytest.mark.parametrize("profile", ["boloci", "countdown", "dhis2", "fastr"])
def test_every_profile_has_the_constants_that_formulas_need(catalogue, profile):
    constants = catalogue.profiles[profile].constants
    assert constants.keys() >= {
        "completeness_threshold",
        "completeness_from",
        "ratio_rule",
        "red_coverage",
        "red_dropout",
        "sex_ratio_boys_per_girl",
        "infant_mortality",
        "baseline_year",
    }
    notes = [constant.note.keys() for constant in constants.values()]
    assert all(note >= {"fr", "en"} for note in notes)


def test_countdown_keeps_its_own_constants(catalogue):
    profile = catalogue.profiles["countdown"]
    names = ("stillbirth_rate", "neonatal_mortality", "twin_rate", "pregnancy_loss")
    assert [profile.value(name) for name in names] == [0.02, 0.025, 0.015, 0.03]
    assert profile.value("ratio_rule") == "mean_of_districts"


def test_a_country_is_found_by_its_code_and_brings_its_own_constant():
    mali = load(country="ml")
    assert mali.country.levels["area"]["fr"] == "aire de santé"
    assert mali.profiles["boloci"].value("infant_mortality") == 0.054
    assert mali.profiles["countdown"].value("infant_mortality") == 0.0484


def test_mali_keeps_places_that_look_alike_apart():
    groups = load(country="ML").country.groups
    table = {member.place for member in groups["learning_hub_sites"].members}
    text = {member.place for member in groups["learning_hub_trends"].members}
    assert "Bougouni Est" in table - text
    assert "Bougouni Ouest" in text - table
    assert groups["mopti_assist"].members == ()
    assert not groups["mopti_assist"].roll_up


def test_segou_changes_its_context_between_assessment_and_hub():
    groups = load(country="ML").country.groups
    found = [
        (member.context, member.valid_from.year)
        for group in ("rapid_assessment", "learning_hub")
        for member in groups[group].members
        if member.place == "Ségou"
    ]
    assert found == [("remote_rural", 2023), ("urban", 2022)]


def test_without_a_workspace_the_country_is_neutral(catalogue):
    assert catalogue.country.country == ""
    assert catalogue.schedule.rows == ()


def test_a_workspace_changes_one_threshold_and_keeps_the_rest(workspace):
    own = """
        profile: boloci
        constants:
          completeness_threshold: {value: 85, source: "our ministry"}
        """
    found = load(workspace(files={"profiles/boloci.yaml": own})).profiles["boloci"]
    assert found.value("completeness_threshold") == 85
    assert found.value("red_dropout") == 10


def test_a_workspace_changes_one_member_of_a_family(workspace):
    own = 'dtp1_coverage: {name: {fr: "Couverture Penta 1"}}\n'
    found = load(workspace(files={"indicators/ours.yaml": own})).indicators
    assert found["dtp1_coverage"].name["fr"] == "Couverture Penta 1"
    assert found["dtp1_coverage"].name["en"] == "Penta 1 (DTP 1) coverage"
    assert found["dtp3_coverage"].name["fr"] == "Couverture Penta 3 (DTC 3)"


def test_a_workspace_adds_an_element_and_its_indicators_follow(workspace):
    own = """
        TCV:
          kind: dose
          name: {fr: "Typhoïde", en: "Typhoid"}
          target: surviving_infants
          target_ages: [0_11m]
        """
    found = load(workspace(files={"elements.yaml": own}))
    assert found.indicators["tcv_coverage"].name["fr"] == "Couverture Typhoïde"
    assert found.dictionary.element("TCV").code == "TCV"


def test_a_workspace_brings_a_country_of_its_own(workspace):
    own = 'country: ZZ\nname: {fr: "Pays Z", en: "Z land"}\n'
    found = load(workspace("ZZ", {"countries/zland/country.yaml": own}))
    assert found.country.name["en"] == "Z land"


def test_the_hash_changes_with_any_content_and_not_otherwise(workspace):
    first = load().hash
    assert load(workspace()).hash == first
    own = 'dtp1_coverage: {name: {fr: "Autre"}}\n'
    assert load(workspace(files={"indicators/ours.yaml": own})).hash != first


def test_a_changed_file_is_read_again(workspace):
    folder = workspace(files={"flags.yaml": 'partial: {fr: "a", en: "b"}\n'})
    load(folder)
    (folder / "catalogue/flags.yaml").write_text('partial: {fr: "abc", en: "b"}\n')
    assert load(folder).flags["partial"]["fr"] == "abc"


def test_workspaces_that_add_nothing_share_one_catalogue(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name / "catalogue").mkdir(parents=True)
    assert load(tmp_path / "one") is load(tmp_path / "other")


def test_a_mapping_file_goes_before_every_guess(workspace):
    own = """\
        source_id;code;sex;age;strategy
        fbfJHSPpUQD;ANC1;;;
        Penta1 doses given;DTP3;;0_11m;fixed
        stk00000001;PENTA.received;;;
        net00000001;none;;;
        Prlt0C1RF0s;;female;0_11m;
        x0000000001;not_dose;;;
        """
    read = load(workspace(files={"mapping.csv": own})).dictionary
    assert read.element("fbfJHSPpUQD", "Anything").code == "ANC1"
    assert read.element("penta-1 doses given").code == "DTP3"
    assert read.element("penta-1 doses given").how == "mapping"
    assert read.element("stk00000001").role == "received"
    assert read.element("net00000001", "Penta1 doses given").table == "none"
    assert read.option("Prlt0C1RF0s", "Fixed, >1y").sex == "female"
    assert read.option("x0000000001", "Fixed, <1y").dose is False


def test_every_wrong_row_of_a_mapping_file_is_told(workspace):
    own = "source_id,code,age\na1,DPT9,\na2,DTP1,0-11\n"
    first, second = refused(workspace(files={"mapping.csv": own}))
    assert (first.code, first.where.row, first.where.text) == (
        "mapping_unknown_code",
        2,
        "DPT9",
    )
    assert "DTP" in first.values["closest"]
    assert (second.code, second.where.row) == ("mapping_unknown_word", 3)


@pytest.mark.parametrize(
    ("file", "text", "code", "key"),
    [
        ("elements.yaml", "A: [1\n", "catalogue_not_yaml", None),
        ("elements.yaml", "- a\n", "catalogue_not_a_mapping", None),
        ("elements.yaml", "BCG: {kind: dose}\nBCG: {}\n", "catalogue_key_twice", "BCG"),
        ("elements.yaml", "BCG: {knd: 1}\n", "catalogue_unknown_key", "BCG.knd"),
        ("elements.yaml", "X: {kind: dose}\n", "catalogue_missing_key", "X.name"),
        ("elements.yaml", "BCG: {birth: 7}\n", "catalogue_wrong_value", "BCG.birth"),
        ("elements.yaml", "BCG: {target: all}\n", "catalogue_unknown_word", "BCG"),
        (
            "indicators/a.yaml",
            "dtp1_coverage: {formula: {kind: guess}}\n",
            "catalogue_unknown_word",
            "dtp1_coverage.formula.kind",
        ),
        (
            "indicators/a.yaml",
            "dtp1_coverage: {formula: {element: DTP9}}\n",
            "catalogue_unknown_word",
            "dtp1_coverage.formula.element",
        ),
        (
            "profiles/mine.yaml",
            "profile: mine\nconstants: {}\n",
            "catalogue_missing_key",
            "mine.name",
        ),
    ],
)
def test_a_slip_in_a_workspaces_file_is_told_with_file_and_key(
    workspace, file, text, code, key
):
    folder = workspace(files={file: text})
    (problem,) = refused(folder)
    assert problem.code == code
    assert problem.where.file.endswith(f"catalogue/{file}")
    assert problem.values.get("key") == key


def test_a_key_in_two_files_of_one_folder_is_told(workspace):
    one = 'own_rule: {fr: "a", en: "b"}\n'
    (problem,) = refused(workspace(files={"rules/a.yaml": one, "rules/b.yaml": one}))
    assert problem.code == "catalogue_key_in_two_files"
    assert problem.values["other"].endswith("a.yaml")


def test_norway_is_not_false(workspace):
    own = 'country: NO\nname: {fr: "Norvège", en: "Norway"}\n'
    found = load(workspace("NO", {"countries/norway/country.yaml": own}))
    assert found.country.country == "NO"
