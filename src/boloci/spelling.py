"""How place names sound, what tells them from their neighbours, how far they are."""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from boloci.names import fold

_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi"
_ROMAN = {word: str(number) for number, word in enumerate(_NUMERALS.split(), 1)}
_SIDES = (
    "nord sud est ouest central north south east west upper lower haut haute bas basse"
    " grand grande petit petite urbain rural urban ancien nouveau old new"
)
_TELLING = {word: word for word in _SIDES.split()} | {
    "oest": "ouest",
    "centrale": "central",
    "centre": "central",
    "center": "central",
}
"""Words that tell neighbours apart, with their spellings."""
_KINDS = frozenset({"cscom", "csref"})
"""Kinds of health facility written before or after the name of its place."""
_AGE = re.compile(r"(?<=[a-z]{2})(kura|koro)$")
"""Bambara for new and old: `Kita Koura` is not `Kita Koro`."""
_WORD = re.compile(r"\d+|[^\d\s]+")

_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"qu", "k"),
        (r"ph", "f"),
        (r"ch", "x"),
        (r"gn", "ni"),
        (r"dj", "di"),
        (r"gu(?=[eiy])", "g"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"ou|w", "u"),
        (r"y", "i"),
        (r"z", "s"),
        (r"h", ""),
        (r"([a-z])\1+", r"\1"),
    )
)
"""Spellings of one sound in French and Bambara, in the order in which they apply."""

NASAL_DROPPED, VOWEL_DROPPED, DROPPED = 0.4, 0.6, 1.0
ALIKE_CHANGED, CHANGED, EXCHANGED = 0.5, 1.0, 0.8
FIRST_CHANGED = 1.5
"""Costs of a letter more or less, another letter, two letters exchanged, and how much
more another first letter weighs. What clerks hear alike costs less: a nasal before a
consonant (`Banindo`, `Banido`), one vowel for another, k for g."""
_VOWELS = frozenset("aeiou")
_DROPS = dict.fromkeys("aeiou", VOWEL_DROPPED) | dict.fromkeys("nm", NASAL_DROPPED)
_ALIKE = frozenset(frozenset(pair) for pair in ("kg", "td", "pb", "fv", "uv", "nm"))


@dataclass(frozen=True)
class Spelling:
    """A name for comparison: how it sounds, and the words that tell it apart."""

    sound: str
    telling: frozenset[str]


@lru_cache(maxsize=200_000)
def sound(folded: str) -> str:
    """One writing for the spellings of a sound; takes folded text, keeps no spaces."""
    said = folded
    for pattern, replacement in _SOUNDS:
        said = pattern.sub(replacement, said)
    return said.replace(" ", "")


def spellings(name: str) -> tuple[Spelling, ...]:
    """The name, and where it has a part in brackets, each part by itself.

    `TIMTAGHÈNE (INABAG)` may be meant by either of its names.
    """
    parts = re.split(r"[()\[\]]", name)
    texts = [name, *parts] if len(parts) > 1 else [name]
    found = [_spelling(fold(text)) for text in texts]
    return tuple(dict.fromkeys(each for each in found if each.sound))


def _spelling(folded: str) -> Spelling:
    words = [
        _ROMAN.get(word, _TELLING.get(word, word))
        for word in _WORD.findall(folded)
        if word not in _KINDS
    ]
    said = sound(" ".join(words))
    telling = {w for w in words if w.isdigit() or w in _TELLING or len(w) == 1}
    return Spelling(said, frozenset(telling | set(_AGE.findall(said))))


def distance(a: str, b: str, *, worst: float = math.inf) -> float:
    """Cost of turning one sound into the other over the longer length: 0 is equal.

    Damerau-Levenshtein (optimal string alignment) with the costs named above.
    Infinite where it is surely more than `worst`.
    """
    length = max(len(a), len(b), 1)
    drops = [_DROPS.get(letter, DROPPED) for letter in b]
    older: list[float] = []
    before = [0.0, *accumulate(drops)]
    for i, x in enumerate(a):
        drop = _DROPS.get(x, DROPPED)
        cost = before[0] + drop
        row = [cost]
        for j, y in enumerate(b):
            change = 0.0 if x == y else _change(x, y)
            if not (i or j):
                change *= FIRST_CHANGED
            cost = min(before[j] + change, before[j + 1] + drop, cost + drops[j])
            if i and j and x == b[j - 1] and y == a[i - 1]:
                cost = min(cost, older[j - 1] + EXCHANGED)
            row.append(cost)
        if min(row) > worst * length and min(before) > worst * length:
            return math.inf
        older, before = before, row
    return before[-1] / length


@lru_cache(maxsize=4096)
def _change(x: str, y: str) -> float:
    alike = (x in _VOWELS and y in _VOWELS) or frozenset((x, y)) in _ALIKE
    return ALIKE_CHANGED if alike else CHANGED
