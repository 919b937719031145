"""The published indicators that a person's words name: by code, or by name.

Names are those of both languages, and a dose may be called as files call it: `DTC1
coverage` and `couverture penta 1` are dtp1_coverage. Accents, case, the order of words
and little words do not matter. What fits no indicator or several is refused, and the
closest are named.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from boloci.catalogue import Catalogue
from boloci.catalogue.lexicon import normalise
from boloci.problems import refuse

NAMED = 3
"""Close indicators named in a refusal; of one name as many as there are, up to this."""

Key = frozenset[str]


def indicators_named(
    catalogue: Catalogue, published: Iterable[str], texts: Sequence[str]
) -> tuple[str, ...]:
    """Codes of the indicators that texts name, once each, in their order.

    `published`: codes that a build knows, beside those of the catalogue. Raises
    `Refused` for a text that names none or several.
    """
    known = {*published, *catalogue.indicators}
    return tuple(dict.fromkeys(_named(catalogue, known, text) for text in texts))


def _named(catalogue: Catalogue, known: set[str], text: str) -> str:
    code = re.sub(r"[\s-]+", "_", text.strip().lower())
    if code in known:
        return code
    asked = _key(catalogue, text)
    several = list(
        dict.fromkeys(
            name for key, name in _keys(catalogue, known) if asked and key == asked
        )
    )
    if len(several) == 1:
        return several[0]
    near = several[:NAMED] or _closest(catalogue, known, text)
    raise refuse(
        "indicator_unknown",
        indicator=text.strip(),
        closest=", ".join(near),
        closest_fr=", ".join(_called(catalogue, name, "fr") for name in near),
        closest_en=", ".join(_called(catalogue, name, "en") for name in near),
    )


def _keys(catalogue: Catalogue, known: Iterable[str]) -> Iterator[tuple[Key, str]]:
    """What an indicator may be called, as words without order, and its code."""
    for name in sorted(known):
        for text in _texts(catalogue, name):
            yield _key(catalogue, text), name


def _texts(catalogue: Catalogue, name: str) -> list[str]:
    definition = catalogue.indicators.get(name)
    return [name, *(definition.name.values() if definition else ())]


def _key(catalogue: Catalogue, text: str) -> Key:
    words = catalogue.dictionary
    told = words.with_codes(text).split()
    return frozenset(told).difference(words.vocabulary["little_words"])


def _closest(catalogue: Catalogue, known: Iterable[str], text: str) -> list[str]:
    """The indicators whose code or name is most like a text, best first."""
    from rapidfuzz import fuzz, process

    texts = [(t, name) for name in sorted(known) for t in _texts(catalogue, name)]
    names = {normalise(text): name for text, name in texts}
    found = process.extract(
        normalise(text), list(names), scorer=fuzz.token_sort_ratio, limit=4 * NAMED
    )
    return list(dict.fromkeys(names[like] for like, _, _ in found))[:NAMED]


def _called(catalogue: Catalogue, name: str, language: str) -> str:
    definition = catalogue.indicators.get(name)
    called = definition.name.get(language, "") if definition else ""
    return f"{name} ({called})" if called else name
