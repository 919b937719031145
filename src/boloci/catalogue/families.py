"""Indicators written once for many elements: `each: dose` becomes one per dose.

A family's key and texts hold placeholders: `{element}` (code in lower case), `{code}`,
`{dose}` (the element's name in the language of the text), `{target}` (its population's
name in that language), `{population}` (its population's code).
"""

from collections.abc import Mapping
from typing import Any

from boloci.catalogue.definitions import LANGUAGES, Element, Words
from boloci.catalogue.layers import merge
from boloci.problems import Where, refuse


def expand(
    indicators: Mapping[str, Any],
    elements: Mapping[str, Element],
    populations: Mapping[str, Words],
) -> dict[str, dict[str, Any]]:
    """Every indicator by its name, families expanded, single entries laid over them."""
    found: dict[str, dict[str, Any]] = {}
    for key, entry in indicators.items():
        if is_family(entry):
            for element in members(key, entry["each"], elements):
                filled = fill(entry, _words(element, populations))
                filled.pop("each")
                name = str(key).replace("{element}", element.code.lower())
                found[name] = {**filled, "family": str(key)}
    for key, entry in indicators.items():
        if not is_family(entry):
            name = str(key)
            found[name] = merge(found[name], entry) if name in found else entry
    return found


def is_family(entry: Any) -> bool:
    """Whether an entry stands for many indicators."""
    return isinstance(entry, Mapping) and "each" in entry


def members(key: str, each: Any, elements: Mapping[str, Element]) -> list[Element]:
    """Elements of a family: `dose`, `targeted_dose`, `service`, `any`, or a list."""
    if isinstance(each, list):
        unknown = [code for code in each if code not in elements]
        if unknown:
            where = Where(file="indicators")
            raise refuse("catalogue_unknown_word", where, key=key, word=unknown[0])
        return [elements[code] for code in each]
    doses = [element for element in elements.values() if element.kind == "dose"]
    chosen = {
        "dose": doses,
        "targeted_dose": [element for element in doses if element.target],
        "service": [e for e in elements.values() if e.kind != "dose"],
        "any": list(elements.values()),
    }
    if str(each) not in chosen:
        where = Where(file="indicators")
        raise refuse("catalogue_unknown_word", where, key=f"{key}.each", word=str(each))
    return chosen[str(each)]


def _words(
    element: Element, populations: Mapping[str, Words]
) -> dict[str, dict[str, str]]:
    """Values of the placeholders, by language ("" where no language is meant)."""
    plain = {
        "element": element.code.lower(),
        "code": element.code,
        "population": element.target,
    }
    target = populations.get(element.target, {})
    return {
        "": plain,
        **{
            language: {
                **plain,
                "dose": element.name.get(language, element.code),
                "target": target.get(language, element.target),
            }
            for language in LANGUAGES
        },
    }


def fill(value: Any, words: Mapping[str, Mapping[str, str]], language: str = "") -> Any:
    """A definition with its placeholders filled in: `words` by language, or ""."""
    if isinstance(value, str):
        for name, word in words[language].items():
            value = value.replace(f"{{{name}}}", word)
        return value
    if isinstance(value, Mapping):
        return {
            key: fill(part, words, key if key in LANGUAGES else language)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [fill(part, words, language) for part in value]
    return value
