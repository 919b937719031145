"""Names in a sentence: with the preposition that the language wants, and in lists.

French elides before a vowel: "d'Asaco", "de Boura", "de Yorosso".
"""

from collections.abc import Sequence

from boloci.names import fold

_VOWELS = "aeiou"
_AND = {"fr": "et", "en": "and"}


def of(name: str, language: str) -> str:
    """`of` a place: d'Asaco, de Boura."""
    if language != "fr":
        return f"of {name}"
    return f"d'{name}" if fold(name)[:1] in tuple(_VOWELS) else f"de {name}"


def at(name: str, language: str) -> str:
    """`in` a place: à Boura."""
    return f"à {name}" if language == "fr" else f"in {name}"


def listed(items: Sequence[str], language: str) -> str:
    """Several as one text: Aniasco, Boura et Kologo."""
    *others, last = items or [""]
    if not others:
        return last
    return f"{', '.join(others)} {_AND.get(language, 'and')} {last}"


def in_all(names: Sequence[str], language: str) -> str:
    """`in` several places: à Aniasco et à Boura, in Aniasco and Boura."""
    if language == "fr":
        return listed([at(name, language) for name in names], language)
    return at(listed(names, language), language)


def of_all(names: Sequence[str], language: str) -> str:
    """`of` several places: d'Aniasco et de Boura, of Aniasco and Boura."""
    if language == "fr":
        return listed([of(name, language) for name in names], language)
    return of(listed(names, language), language)
