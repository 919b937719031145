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

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from boloci.catalogue import checking, entries, layers
from boloci.catalogue.contents import Catalogue
from boloci.catalogue.definitions import (
    Antigen,
    CheckText,
    ClauseText,
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
    Words,
)
from boloci.catalogue.dictionary import Dictionary
from boloci.catalogue.families import expand, is_family
from boloci.catalogue.mapping import Mapped, read_mapping

PACKAGE = Path(__file__).parent
MAPPING = "mapping.csv"


def load(workspace: Path | None = None, *, country: str | None = None) -> Catalogue:
    """The catalogue of the package, with a workspace's own laid over it.

    `workspace`: a workspace's folder; its `boloci.toml` says the country, its
    `catalogue/` what it adds. `country` (ISO code or folder name) overrides that;
    without either the neutral country is used. Read anew when a file has changed.

    Raises `Refused` with file, key and remedy for a definition that is not right.
    """
    own = Path(workspace) / "catalogue" if workspace else None
    chosen = country if country is not None else layers.country_of(workspace)
    folders = [PACKAGE, *([own] if own and layers.files_of(own) else [])]
    return _load(tuple(folders), chosen, layers.state(folders))


@lru_cache(maxsize=8)
def _load(folders: tuple[Path, ...], country: str, _state: str) -> Catalogue:
    laid = layers.read(folders, country)
    raw = laid.content
    elements = entries.coded(laid, "elements", Element)
    families = {k: v for k, v in raw["indicators"].items() if is_family(v)}
    raw["indicators"] = expand(raw["indicators"], elements, _names_of_populations(raw))
    _lay_country_constants(raw)
    words = raw["vocabulary"]
    mapped = _mapping(folders[1:], elements, words)
    catalogue = Catalogue(
        elements=elements,
        indicators=entries.coded(laid, "indicators", Indicator),
        profiles=entries.coded(laid, "profiles", Profile),
        rules=entries.typed(laid, "rules", Rule),
        problems=entries.typed(laid, "problems", ProblemText),
        flags=entries.typed(laid, "flags", Words),
        formulas=entries.typed(laid, "formulas", FormulaText),
        inequality=entries.typed(laid, "inequality", MeasureText),
        denominators=entries.typed(laid, "denominators", DenominatorText),
        looking=entries.typed(laid, "looking", ClauseText),
        checks=entries.typed(laid, "checks", CheckText),
        narrative=entries.typed(laid, "narrative", ClauseText),
        families=families,
        country=entries.country(laid),
        dictionary=Dictionary(
            elements=elements,
            antigens=entries.words(laid, "antigens", Antigen),
            products=entries.words(laid, "products", Product),
            populations=entries.words(laid, "populations", Population),
            vocabulary=words,
            mapped_elements=mapped.elements,
            mapped_options=mapped.options,
        ),
        hash=layers.hashed({**raw, "mapping": mapped.content}),
    )
    checking.check(catalogue, laid)
    return catalogue


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


def _lay_country_constants(raw: dict[str, dict[str, Any]]) -> None:
    """A country's constants stand in profile `boloci`; others reproduce a tool."""
    own = raw["countries"].get("country", {}).get("constants", {})
    if own and "boloci" in raw["profiles"]:
        laid = layers.merge(raw["profiles"]["boloci"], {"constants": own})
        raw["profiles"] = {**raw["profiles"], "boloci": laid}


def _names_of_populations(raw: dict[str, dict[str, Any]]) -> dict[str, Words]:
    populations = raw["vocabulary"].get("populations", {})
    return {code: entry["name"] for code, entry in populations.items()}
