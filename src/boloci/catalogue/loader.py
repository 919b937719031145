"""Read the catalogue: the definitions of the package, then those of a workspace.

Both have the same layout. A workspace's `catalogue/` is laid over the package's key
by key: it may change one sentence, one threshold or one target, or add an indicator,
without copying a file. An indicator written for many elements (`each: dose`) is
expanded before the entries that name one of them are laid over it.

    elements.yaml  vocabulary.yaml  flags.yaml  formulas.yaml  inequality.yaml
    denominators.yaml  looking.yaml  checks.yaml  narrative.yaml
    mapping.csv (workspace only)
    indicators/*.yaml  profiles/*.yaml  rules/*.yaml  problems/*.yaml
    countries/NAME/{country,schedule,groups}.yaml
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from boloci.catalogue import yaml_files
from boloci.catalogue.definitions import (
    ALLOWED,
    FORMULAS,
    LANGUAGES,
    Antigen,
    CheckText,
    ClauseText,
    Country,
    DenominatorText,
    Element,
    FormulaText,
    Indicator,
    MeasureText,
    Population,
    ProblemText,
    Product,
    Profile,
    Rule,
    Schedule,
    Words,
)
from boloci.catalogue.dictionary import Dictionary
from boloci.catalogue.families import expand, is_family
from boloci.catalogue.mapping import Mapped, read_mapping
from boloci.problems import Where, refuse

PACKAGE = Path(__file__).parent
NEUTRAL = "neutral"
MAPPING = "mapping.csv"

_FILES = (
    *("elements", "vocabulary", "flags", "formulas", "inequality", "denominators"),
    *("looking", "checks", "narrative"),
)
_FOLDERS = ("indicators", "profiles", "rules", "problems")
_COUNTRY_FILES = ("country", "schedule", "groups")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Catalogue:
    """Every reviewed definition, as one workspace sees it."""

    elements: Mapping[str, Element]
    indicators: Mapping[str, Indicator]
    profiles: Mapping[str, Profile]
    rules: Mapping[str, Rule]
    problems: Mapping[str, ProblemText]
    flags: Mapping[str, Words]
    formulas: Mapping[str, FormulaText]
    """By kind of formula: its words, and the constants of the profile it reads."""
    inequality: Mapping[str, MeasureText]
    """Measures of inequality by code, in the order they are shown."""
    denominators: Mapping[str, DenominatorText]
    """By source: what it is, its chain and what can be wrong with it."""
    looking: Mapping[str, ClauseText]
    """Reasons to look at a place first, and doubts: see `boloci.look`."""
    checks: Mapping[str, CheckText]
    """Families of checks by name: what each looks for."""
    narrative: Mapping[str, ClauseText]
    """Sentences of `boloci.narrative`, and their parts."""
    families: Mapping[str, Any]
    """Indicators written once for many elements, as written: see `families.expand`."""
    country: Country
    dictionary: Dictionary
    hash: str
    """sha256 over all merged content: two catalogues with one hash say the same."""

    @property
    def schedule(self) -> Schedule:
        """The vaccination schedule of the workspace's country."""
        return self.country.schedule

    @cached_property
    def doses(self) -> dict[str, Element]:
        """The elements that are doses of a vaccine."""
        return {c: e for c, e in self.elements.items() if e.kind == "dose"}

    def checks_left_out(self, profile: Profile) -> dict[str, CheckText]:
        """Families of checks that a profile has not all constants of: not made."""

        def reads(family: CheckText) -> set[str]:
            return {
                name for rule in family.rules for name in self.rules[rule].constants
            }

        known = profile.constants.keys()
        return {n: family for n, family in self.checks.items() if reads(family) - known}


@dataclass(frozen=True)
class _Layers:
    """Merged raw content by section, and the file each top key came from last."""

    content: dict[str, dict[str, Any]]
    files: dict[tuple[str, str], Path]

    def where(self, section: str, *keys: str) -> Where:
        """File of the first of `keys` that has one: an entry, else its family."""
        paths = [self.files[section, k] for k in keys if (section, k) in self.files]
        return Where(file=str(paths[0]) if paths else f"{section}.yaml")


def load(workspace: Path | None = None, *, country: str | None = None) -> Catalogue:
    """The catalogue of the package, with a workspace's own laid over it.

    `workspace`: a workspace's folder; its `boloci.toml` says the country, its
    `catalogue/` what it adds. `country` (ISO code or folder name) overrides that;
    without either the neutral country is used. Read anew when a file has changed.

    Raises `Refused` with file, key and remedy for a definition that is not right.
    """
    own = Path(workspace) / "catalogue" if workspace else None
    chosen = country if country is not None else _country_of(workspace)
    folders = [PACKAGE, *([own] if own and _files_of(own) else [])]
    return _load(tuple(folders), chosen, _state(folders))


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...], country: str, _state: str) -> Catalogue:
    layers = _layers(folders, country)
    raw = layers.content
    elements = _coded(layers, "elements", Element)
    families = {k: v for k, v in raw["indicators"].items() if is_family(v)}
    raw["indicators"] = expand(raw["indicators"], elements, _names_of_populations(raw))
    _lay_country_constants(raw)
    words = raw["vocabulary"]
    mapped = _mapping(folders[1:], elements, words)
    catalogue = Catalogue(
        elements=elements,
        indicators=_coded(layers, "indicators", Indicator),
        profiles=_coded(layers, "profiles", Profile),
        rules=_typed(layers, "rules", Rule),
        problems=_typed(layers, "problems", ProblemText),
        flags=_typed(layers, "flags", Words),
        formulas=_typed(layers, "formulas", FormulaText),
        inequality=_typed(layers, "inequality", MeasureText),
        denominators=_typed(layers, "denominators", DenominatorText),
        looking=_typed(layers, "looking", ClauseText),
        checks=_typed(layers, "checks", CheckText),
        narrative=_typed(layers, "narrative", ClauseText),
        families=families,
        country=_country(layers),
        dictionary=Dictionary(
            elements=elements,
            antigens=_words(layers, "antigens", Antigen),
            products=_words(layers, "products", Product),
            populations=_words(layers, "populations", Population),
            vocabulary=words,
            mapped_elements=mapped.elements,
            mapped_options=mapped.options,
        ),
        hash=_hash({**raw, "mapping": mapped.content}),
    )
    _check(catalogue, layers)
    return catalogue


def merge(under: Any, over: Any) -> Any:
    """`over` laid over `under`: mappings key by key, anything else replaced."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        merged = dict(under)
        for key, value in over.items():
            merged[key] = merge(under[key], value) if key in under else value
        return merged
    return over


def _layers(folders: tuple[Path, ...], country: str) -> _Layers:
    layers = _Layers({section: {} for section in (*_FILES, *_FOLDERS)}, {})
    layers.content["countries"] = {}
    for folder in folders:
        for section in _FILES:
            _lay(layers, section, [folder / f"{section}.yaml"])
        for section in _FOLDERS:
            _lay(layers, section, sorted((folder / section).glob("*.yaml")))
    found = _country_folders(folders, country)
    for folder in found:
        for name in _COUNTRY_FILES:
            _lay(layers, "countries", [folder / f"{name}.yaml"], under=name)
    return layers


def _lay(
    layers: _Layers, section: str, paths: list[Path], under: str | None = None
) -> None:
    """Lay the files of one folder over a section; a key may be in one file only."""
    seen: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            continue
        content = yaml_files.read(path)
        if section == "profiles" and "constants" in content:
            content = {str(content.get("profile", path.stem)): content}
        for key in content:
            if key in seen:
                where = Where(file=str(path))
                raise refuse(
                    "catalogue_key_in_two_files", where, key=key, other=str(seen[key])
                )
            seen[key] = path
            layers.files[section, str(key)] = path
        kept = layers.content[section]
        laid = {under: content} if under else content
        layers.content[section] = merge(kept, laid)


def _country_folders(folders: tuple[Path, ...], country: str) -> list[Path]:
    """Folders of a country, package first: by its ISO code or its folder's name."""
    found = []
    for folder in folders:
        for path in sorted((folder / "countries").glob("*/country.yaml")):
            code = str(yaml_files.read(path).get("country", ""))
            names = {path.parent.name.lower(), code.lower() or NEUTRAL}
            if (country or NEUTRAL).lower() in names:
                found.append(path.parent)
    if not found and country:
        return _country_folders(folders, "")  # the settings name it, no file does
    return found


def _country_of(workspace: Path | None) -> str:
    """Country in a workspace's settings; whoever opens the workspace checks them."""
    if workspace is None:
        return ""
    try:
        text = (Path(workspace) / "boloci.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text).get("country", ""))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""


def _state(folders: list[Path]) -> str:
    """Changes when any file of the catalogue changes."""
    files = [
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for folder in folders
        for path in _files_of(folder)
    ]
    return _hash(files)


def _files_of(folder: Path) -> list[Path]:
    """The definition files of a folder; a workspace that adds nothing has none."""
    patterns = ("*.yaml", "*.csv", "*/*.yaml", "*/*/*.yaml")
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


def _mapping(
    folders: tuple[Path, ...], elements: Mapping[str, Element], words: Mapping[str, Any]
) -> Mapped:
    for folder in folders:
        if (folder / MAPPING).is_file():
            return read_mapping(
                folder / MAPPING,
                elements=elements,
                products=words["products"],
                populations=words["populations"],
            )
    return Mapped({}, {}, ())


def _country(layers: _Layers) -> Country:
    raw = layers.content["countries"]
    content = {
        **raw.get("country", {}),
        "schedule": raw.get("schedule", {}),
        "groups": raw.get("groups", {}),
    }
    country: Country = _convert(content, Country, layers.where("countries", "country"))
    return country


def _lay_country_constants(raw: dict[str, dict[str, Any]]) -> None:
    """A country's constants stand in profile `boloci`; others reproduce a tool."""
    own = raw["countries"].get("country", {}).get("constants", {})
    if own and "boloci" in raw["profiles"]:
        laid = merge(raw["profiles"]["boloci"], {"constants": own})
        raw["profiles"] = {**raw["profiles"], "boloci": laid}


def _names_of_populations(raw: dict[str, dict[str, Any]]) -> dict[str, Words]:
    populations = raw["vocabulary"].get("populations", {})
    return {code: entry["name"] for code, entry in populations.items()}


def _typed(layers: _Layers, section: str, kind: type[_T]) -> dict[str, _T]:
    return {
        str(key): _convert(value, kind, layers.where(section, str(key)), str(key))
        for key, value in layers.content[section].items()
    }


def _coded(layers: _Layers, section: str, kind: type[_T]) -> dict[str, _T]:
    """Entries that carry their own key: `code`, `indicator` or `profile`."""
    field = kind.__struct_fields__[0]  # type: ignore[attr-defined]
    return {
        str(key): _convert(
            {field: str(key), **value} if isinstance(value, dict) else value,
            kind,
            layers.where(section, str(key), _family(value)),
            str(key),
        )
        for key, value in layers.content[section].items()
    }


def _family(value: Any) -> str:
    return str(value.get("family", "")) if isinstance(value, dict) else ""


def _words(layers: _Layers, part: str, kind: type[_T]) -> dict[str, _T]:
    entries = layers.content["vocabulary"].get(part, {})
    where = layers.where("vocabulary", part)
    return {
        code: _convert(value, kind, where, f"{part}.{code}")
        for code, value in entries.items()
    }


def _convert(value: Any, kind: Any, where: Where, key: str = "") -> Any:
    """One entry as its structure; a slip becomes a problem with file and key."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _slip(str(error), where, key) from error


def _slip(message: str, where: Where, key: str) -> Exception:
    said, _, path = message.partition(" - at `$")
    full = (key + path.rstrip("`")).strip(".")
    quoted = re.findall(r"`([^`]*)`", said)
    if "unknown field" in said:
        return refuse("catalogue_unknown_key", where, key=f"{full}.{quoted[0]}")
    if "missing required field" in said:
        return refuse("catalogue_missing_key", where, key=f"{full}.{quoted[0]}")
    return refuse("catalogue_wrong_value", where, key=full, detail=said)


def _check(catalogue: Catalogue, layers: _Layers) -> None:
    """What no type can say: both languages, known formulas, known codes."""
    for section, entries, texts in (
        ("elements", catalogue.elements, ("name",)),
        ("indicators", catalogue.indicators, _INDICATOR_TEXTS),
        ("profiles", catalogue.profiles, ("name", "about", "verified")),
        ("denominators", catalogue.denominators, ("name", "chain", "caveat")),
        ("inequality", catalogue.inequality, ("name", "meaning", "formula", "null")),
    ):
        for key, entry in entries.items():
            where = layers.where(section, key, getattr(entry, "family", ""))
            for text in texts:
                _both_languages(getattr(entry, text), where, f"{key}.{text}")
    for code, element in catalogue.elements.items():
        _check_element(element, layers.where("elements", code))
    for code, indicator in catalogue.indicators.items():
        where = layers.where("indicators", code, indicator.family)
        _check_formula(indicator, catalogue, where)
    for row in catalogue.schedule.rows:
        if row.element not in catalogue.elements:
            where = layers.where("countries", "rows")
            raise refuse("catalogue_unknown_word", where, key="rows", word=row.element)


_INDICATOR_TEXTS = ("name", "why", "numerator", "denominator", "null")


def _both_languages(words: Words, where: Where, key: str) -> None:
    for language in LANGUAGES:
        if not words.get(language, "").strip():
            raise refuse("catalogue_missing_key", where, key=f"{key}.{language}")


def _check_element(element: Element, where: Where) -> None:
    populations = [name for name in (element.target, element.else_target) if name]
    for kind, words in (
        ("population", populations),
        ("age", [*element.target_ages, *element.fallback_ages]),
    ):
        for word in words:
            if word not in ALLOWED[kind]:
                raise refuse(
                    "catalogue_unknown_word", where, key=element.code, word=word
                )


def _check_formula(indicator: Indicator, catalogue: Catalogue, where: Where) -> None:
    formula, key = indicator.formula, f"{indicator.indicator}.formula"
    kind = str(formula.get("kind", ""))
    if kind not in FORMULAS:
        raise refuse("catalogue_unknown_word", where, key=f"{key}.kind", word=kind)
    for name in FORMULAS[kind]:
        if name not in formula:
            raise refuse("catalogue_missing_key", where, key=f"{key}.{name}")
    for name in ("element", "form_of", "first", "last", "second"):
        code = formula.get(name)
        if code is not None and code not in catalogue.elements:
            raise refuse(
                "catalogue_unknown_word", where, key=f"{key}.{name}", word=code
            )
    of = formula.get("of")
    if of is not None and of not in catalogue.indicators:
        raise refuse("catalogue_unknown_word", where, key=f"{key}.of", word=of)


def _hash(content: Any) -> str:
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
