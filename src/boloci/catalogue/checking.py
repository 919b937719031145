"""What no type can say of the catalogue: both languages, known formulas and codes."""

from boloci.catalogue.contents import Catalogue
from boloci.catalogue.definitions import (
    ALLOWED,
    FORMULAS,
    LANGUAGES,
    Element,
    Indicator,
    Words,
)
from boloci.catalogue.layers import Layers
from boloci.problems import Where, refuse


def check(catalogue: Catalogue, layers: Layers) -> None:
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
