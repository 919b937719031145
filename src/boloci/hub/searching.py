"""Finding places and indicators by what people type: names, aliases, codes.

Accents, case and hyphens do not matter. Names that begin with the words come first,
then those that hold them; where none does, the closest are offered as such.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from boloci.catalogue.definitions import Indicator
from boloci.hub.current import current, workspace
from boloci.hub.rights import Scope
from boloci.names import fold
from boloci.published import PlaceRow

MOST = 40
"""Places, and indicators, that a search gives."""
CLOSEST = 6
CLOSE = 72.0
"""Likeness, of 100, from which a name counts as a typing error of the words."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Hits(Generic[Found]):
    """What a search found."""

    found: Sequence[Found]
    more: int = 0
    """How many more there are than are told."""
    closest: bool = False
    """Whether nothing holds the words and these are only like them."""


def places(scope: Scope, words: str, most: int = MOST) -> Hits[PlaceRow]:
    """Readable places and groups that a person's words can mean, likeliest first."""
    known = current()
    exact = known.by_id.get(words.strip())
    if exact is not None and scope.sees(exact):
        return Hits([exact])
    readable = scope.places
    named = {
        name: [one for one in found if one.place_id in readable]
        for name, found in known.by_name.items()
    }
    return _hits({name: found for name, found in named.items() if found}, words, most)


def indicators(words: str, most: int = MOST) -> Hits[Indicator]:
    """Indicators of the build by name in each language, code and aliases of a dose."""
    return _hits(_indicator_names(frozenset(current().indicators)), words, most)


def _hits(named: Mapping[str, Sequence[Found]], words: str, most: int) -> Hits[Found]:
    wanted = fold(words)
    if not wanted:
        return Hits([])
    ranked = sorted(
        (rank, len(name), name)
        for name in named
        if (rank := _rank(name, wanted)) is not None
    )
    if ranked:
        found = _each_once(one for *_, name in ranked for one in named[name])
        return Hits(found[:most], more=max(0, len(found) - most))
    like = _closest(list(named), wanted)
    found = _each_once(one for name in like for one in named[name])
    return Hits(found[:CLOSEST], closest=True)


def _rank(name: str, wanted: str) -> int | None:
    """0: the name itself; 1: begins with it; 2: a word does; 3: every word typed
    begins one; 4: holds it; None: does not."""
    if name == wanted or name.replace(" ", "") == wanted.replace(" ", ""):
        return 0
    if name.startswith(wanted):
        return 1
    if f" {wanted}" in f" {name}":
        return 2
    if all(f" {word}" in f" {name}" for word in wanted.split()):
        return 3
    return 4 if wanted in name else None


def _closest(names: Sequence[str], wanted: str) -> list[str]:
    from rapidfuzz import fuzz, process

    found = process.extract(
        wanted, names, scorer=fuzz.ratio, limit=CLOSEST, score_cutoff=CLOSE
    )
    return [name for name, _score, _at in found]


def _each_once(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for one in found:
        if one not in kept:
            kept.append(one)
    return kept


@lru_cache(maxsize=4)
def _indicator_names(built: frozenset[str]) -> dict[str, list[Indicator]]:
    """Folded names -> indicators; the doses' aliases bring all of their indicators."""
    catalogue = workspace().catalogue
    named: dict[str, list[Indicator]] = {}
    for name, one in catalogue.indicators.items():
        if name in built:
            element = catalogue.elements.get(str(one.formula.get("element", "")))
            aliases = element.aliases if element else ()
            for text in (name.replace("_", " "), *one.name.values(), *aliases):
                named.setdefault(fold(text), []).append(one)
    return named
