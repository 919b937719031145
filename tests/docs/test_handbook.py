"""The methods handbook says what the catalogue says, whole in both languages."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from boloci.catalogue import handbook, load, yaml_files
from boloci.catalogue.definitions import FORMULAS, LANGUAGES
from boloci.catalogue.loader import PACKAGE
from boloci.pipeline.checks import FAMILIES

DOCS = Path(__file__).parents[2] / "docs" / "methods"


def texts(value: Any, path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every text by language in a definition, with where it is."""
    if isinstance(value, msgspec.Struct):
        value = {name: getattr(value, name) for name in value.__struct_fields__}
    if isinstance(value, Mapping):
        if set(LANGUAGES) & set(map(str, value)):
            yield path, value
        for key, part in value.items():
            yield from texts(part, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from texts(part, f"{path}.{number}")


@pytest.mark.parametrize("country", ["", "ML"])
def test_no_text_of_the_catalogue_lacks_a_language(country):
    found = load(country=country)
    sections = {
        "elements": found.elements,
        "indicators": found.indicators,
        "profiles": found.profiles,
        "flags": found.flags,
        "formulas": found.formulas,
        "country": found.country,
        "handbook": yaml_files.read(PACKAGE / "handbook.yaml"),
    }
    lacking = [
        path
        for path, words in texts(sections)
        if not all(words.get(language) for language in LANGUAGES)
    ]
    assert not lacking


def test_every_kind_of_formula_has_its_words_and_only_known_constants():
    found = load()
    assert set(found.formulas) == set(FORMULAS)
    known = set(found.profiles["boloci"].constants)
    assert all(set(f.constants) <= known for f in found.formulas.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_single_indicator_and_every_family_has_its_section(language):
    page = handbook.page(load(), language)
    found = load().indicators.values()
    names = {(i.family or i.indicator).replace("{element}", "ELEMENT") for i in found}
    assert not [name for name in names if f"\n`{name}`" not in page]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_definition_is_shown_with_its_null_rule_and_its_checker(language):
    page = handbook.page(load(), language)
    section = page.split("\n`zero_dose_children`")[1].split("\n### ")[0]
    assert {
        "fr": "Vide (non estimable) quand il y a plus de doses que d'enfants",
        "en": "Blank (not estimable) when there are more doses than children",
    }[language] in section
    assert {"fr": "personne encore", "en": "nobody yet"}[language] in section


def test_a_stale_page_is_told_with_the_remedy(tmp_path, capsys):
    assert handbook.main(["--check", "--folder", str(tmp_path)]) == 1
    assert "--write" in capsys.readouterr().err


def test_pages_just_written_are_not_stale(tmp_path):
    assert handbook.main(["--write", "--folder", str(tmp_path)]) == 0
    assert handbook.main(["--check", "--folder", str(tmp_path)]) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_committed_handbook_is_what_the_catalogue_says(language):
    written = (DOCS / f"{language}.md").read_text(encoding="utf-8")
    stale = written != handbook.page(load(), language)
    assert not stale, "run: python -m boloci.catalogue.handbook --write"


def test_the_default_profile_looks_for_every_finding():
    """A rule whose constants a profile lacks is not looked for, and says nothing."""
    found = load()
    known = set(found.profiles["boloci"].constants)
    lacking = {name: set(r.constants) - known for name, r in found.rules.items()}
    assert not {name: gone for name, gone in lacking.items() if gone}


def test_every_family_of_checks_has_its_words_and_known_rules():
    found = load()
    assert {family.name for family in FAMILIES} == set(found.checks)
    rules = [rule for family in found.checks.values() for rule in family.rules]
    assert set(rules) <= set(found.rules)
    assert len(rules) == len(set(rules))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fr", "**Contrôles faits** : valeurs aberrantes ; saisies"),
        ("en", "**Checks made**: outliers; entries that do not add up. Not made"),
    ],
)
def test_a_profile_tells_which_checks_it_does_not_make(language, told):
    page = handbook.page(load(), language)
    sections = page.split("\n### ")
    for profile in ("countdown", "dhis2", "fastr"):
        [section] = [s for s in sections if f"(`{profile}`)" in s.splitlines()[0]]
        assert told in section
    [usual] = [s for s in sections if "(`boloci`)" in s.splitlines()[0]]
    assert told not in usual
