"""Which names of two lists are surely the same place; the others go to a person.

How names are compared. French and Bambara spellings of one sound (c, k, qu; ou, w, u;
dj, di; gn, ni) become one `sound`; numbers are read in Roman and Arabic; words that
tell neighbours apart (numbers, compass, upper and lower, old and new, single letters)
must be the same on both sides. Names of one sound are linked, and names nearly so,
unless another name of either list is about as near: a difference that tells two
places of one list apart cannot be overlooked between lists.

Measured on 300 pairs of names of Malian places with known answers, without parents
(`tests/unit/test_matching.py` holds these figures): 202 are linked by machine, all
right (recall .67); of the other 98 the right name is among the candidates for 91. With
half of the answers taken away, so that a wrong link tempts, precision is .998; with
half of both lists taken away, .993. Thresholds chosen on half of the pairs and tried
on the other half: precision >= .99 each time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from boloci.names import fold
from boloci.spelling import Spelling, distance, sound, spellings

NEAR = 0.12
"""Largest distance that is linked without a person. On the 300 pairs no wrong link
appears up to .20; with half of both lists taken away they begin above .12."""
APART = 0.08
"""How much further every other name of both lists must be: at .04 the first wrong
link appears when half of the answers are missing, at .08 none."""
FARTHEST = 0.3
"""Distances beyond this are never asked for (`near` + `apart` at most)."""
NEAR_LETTERS = 5
"""Shorter names (`Waki`, `Wako`) are linked only when they sound the same."""
LOOKED_AT = 8
"""Nearest names by plain letters that are compared by sound."""
PLAIN = 60
"""Least likeness by plain letters, 0-100, of names worth comparing by sound."""
SHOWN = 5
"""Candidates shown to a person."""
WORTH = 55
"""Least likeness, 0-100, of a candidate shown to a person."""
_CHUNK = 500
"""Names compared with all others at a time, so that memory stays flat."""


@dataclass(frozen=True)
class Link:
    """Names at positions `a` and `b` of their lists are one place.

    `how`: `same` but for case, accents and punctuation; `sound`; `near`; `longer` (one
    name is the other and a word more, under the same parent). `score`: 0-1.
    """

    a: int
    b: int
    how: str
    score: float


@dataclass(frozen=True)
class Doubt:
    """A name that is not linked: candidates (position, likeness 0-1), best first."""

    a: int
    candidates: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Name:
    """A place of a list with its names, ready for comparison; the first is the main.

    `parent` is "" where unknown.
    """

    at: int
    forms: tuple[str, ...]
    parent: str

    @property
    def text(self) -> str:
        """The main name."""
        return self.forms[0]

    @cached_property
    def spellings(self) -> tuple[Spelling, ...]:
        """How a name, or a part of it in brackets, may be meant."""
        every = (each for form in self.forms for each in spellings(form))
        return tuple(dict.fromkeys(every))

    @cached_property
    def sounds(self) -> frozenset[str]:
        """Sounds of its spellings."""
        return frozenset(each.sound for each in self.spellings)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Sounds of the names without their last words."""
        words = (fold(form).split() for form in self.forms)
        stems = (
            sound(" ".join(w[:count])) for w in words for count in range(1, len(w))
        )
        return frozenset(stems) - self.sounds


Names = Sequence[str] | Sequence[tuple[str, ...]]
"""Names of places, or for each place all its names, the main one first."""


def match(
    names_a: Names,
    names_b: Names,
    *,
    parents: tuple[Sequence[str], Sequence[str]] | None = None,
    near: float = NEAR,
    apart: float = APART,
) -> tuple[list[Link], list[Doubt]]:
    """Links between two lists of names, each name in one link at most, and doubts.

    `parents`: for each name of either list what it lies in, in words or identifiers
    that both lists share ("" where unknown); names of different parents are never
    linked. Links are those of which 99 in 100 are right; every other name of
    `names_a` is a doubt, with the names of `names_b` that a person should look at.
    """
    parents_a, parents_b = parents or ([""] * len(names_a), [""] * len(names_b))
    a, b = _names(names_a, parents_a), _names(names_b, parents_b)
    links, barred = _of_one_sound(a, b)
    taken_a = {link.a for link in links} | {x for x, _ in barred}
    taken_b = {link.b for link in links} | {y for _, y in barred}
    for step in (_nearly(near, apart), _longer):
        found = step(a, b, frozenset(taken_a), frozenset(taken_b))
        links += found
        taken_a |= {link.a for link in found}
        taken_b |= {link.b for link in found}
    linked = {link.a for link in links}
    return links, _doubts([x for x in a if x.at not in linked], b)


def _names(names: Names, parents: Sequence[str]) -> list[Name]:
    return [
        Name(at, (name,) if isinstance(name, str) else tuple(name), fold(parent or ""))
        for at, (name, parent) in enumerate(zip(names, parents, strict=True))
    ]


def _may_be(x: Name, y: Name) -> bool:
    """No parent known on one side, or the same on both."""
    return not x.parent or not y.parent or x.parent == y.parent


def _of_one_sound(
    a: Sequence[Name], b: Sequence[Name]
) -> tuple[list[Link], set[tuple[int, int]]]:
    """Pairs of one sound and the same telling words, the only ones on both sides.

    Barred are pairs where a longer name without a partner is about: `Mena` beside
    `Mena Fana` may be either place.
    """
    by_b, by_a = _by(b, lambda n: n.spellings), _by(a, lambda n: n.spellings)
    pairs = []
    for x in a:
        same = _partners(x, by_b)
        if len(same) == 1 and len(_partners(same[0], by_a)) == 1:
            pairs.append((x, same[0]))
    alone_a = _by(_without(a, {x.at for x, _ in pairs}), lambda n: n.stems)
    alone_b = _by(_without(b, {y.at for _, y in pairs}), lambda n: n.stems)
    links, barred = [], set()
    for x, y in pairs:
        if _longer_about(x, y, alone_a) or _longer_about(x, y, alone_b):
            barred.add((x.at, y.at))
        else:
            shared = {fold(f) for f in x.forms} & {fold(f) for f in y.forms}
            how = "same" if shared else "sound"
            links.append(Link(x.at, y.at, how, 1.0))
    return links, barred


def _by(
    names: Iterable[Name], keys: Callable[[Name], Iterable[object]]
) -> dict[object, list[Name]]:
    found: dict[object, list[Name]] = {}
    for name in names:
        for key in keys(name):
            found.setdefault(key, []).append(name)
    return found


def _without(names: Sequence[Name], positions: Iterable[int]) -> list[Name]:
    left_out = frozenset(positions)
    return [name for name in names if name.at not in left_out]


def _partners(name: Name, others: dict[object, list[Name]]) -> list[Name]:
    found = {
        other.at: other
        for spelling in name.spellings
        for other in others.get(spelling, ())
        if _may_be(name, other)
    }
    return list(found.values())


def _longer_about(x: Name, y: Name, longer: dict[object, list[Name]]) -> bool:
    return any(
        _may_be(x, other) and _may_be(other, y)
        for key in x.sounds | y.sounds
        for other in longer.get(key, ())
    )


Step = Callable[
    [Sequence[Name], Sequence[Name], frozenset[int], frozenset[int]], list[Link]
]


def _nearly(near: float, apart: float) -> Step:
    """Links of names nearly of one sound, with no third name about as near."""

    def step(
        a: Sequence[Name],
        b: Sequence[Name],
        taken_a: frozenset[int],
        taken_b: frozenset[int],
    ) -> list[Link]:
        left = [x for x in a if x.at not in taken_a]
        pairs = []
        for x, beside in zip(left, _beside(left, b), strict=True):
            if beside and beside[0][0] <= near:
                cost, y = beside[0][0], b[beside[0][1]]
                third = len(beside) > 1 and beside[1][0] < cost + apart
                if y.at not in taken_b and not third and _tell_alike(x, y):
                    pairs.append((x, y, cost))
        rivals = [
            _beside([y for _, y, _ in pairs], a),
            _beside([x for x, _, _ in pairs], a),
            _beside([y for _, y, _ in pairs], b),
        ]
        return [
            Link(x.at, y.at, "near", 1 - cost)
            for (x, y, cost), *others in zip(pairs, *rivals, strict=True)
            if not _third(x, y, cost + apart, others)
        ]

    return step


def _third(
    x: Name, y: Name, within: float, others: Sequence[Sequence[tuple[float, int]]]
) -> bool:
    """Whether a name that is neither of the pair is nearer than `within`."""
    of_y_in_a, of_x_in_a, of_y_in_b = others
    return any(
        cost < within and at != x.at for cost, at in (*of_y_in_a, *of_x_in_a)
    ) or any(cost < within and at != y.at for cost, at in of_y_in_b)


def _tell_alike(x: Name, y: Name) -> bool:
    """Long enough to be judged by letters, and the same numbers and compass."""
    return any(
        p.telling == q.telling and min(len(p.sound), len(q.sound)) >= NEAR_LETTERS
        for p in x.spellings
        for q in y.spellings
    )


def _beside(
    names: Sequence[Name], others: Sequence[Name]
) -> list[list[tuple[float, int]]]:
    """For each name the nearest others by sound: (distance, position), nearest first.

    Others are the `LOOKED_AT` most alike by plain letters and no further than
    `PLAIN`; a name of another parent is no neighbour.
    """
    told = [(other, said) for other in others for said in other.sounds]
    asked = [(place, said) for place, name in enumerate(names) for said in name.sounds]
    found: list[dict[int, float]] = [{} for _ in names]
    for start in range(0, len(asked), _CHUNK):
        part = asked[start : start + _CHUNK]
        likeness = process.cdist(
            [said for _, said in part],
            [said for _, said in told],
            scorer=Levenshtein.normalized_similarity,
            score_multiplier=100,
            dtype=np.uint8,
        )
        for (place, said), row in zip(part, likeness, strict=True):
            for at in _most(row):
                other, theirs = told[at]
                if _may_be(names[place], other):
                    cost = distance(said, theirs, worst=FARTHEST)
                    best = found[place].get(other.at, cost)
                    found[place][other.at] = min(best, cost)
    return [sorted((cost, at) for at, cost in each.items()) for each in found]


def _most(likeness: np.ndarray) -> list[int]:
    """Positions of the most alike; more than `LOOKED_AT` where the last ones tie."""
    enough = np.flatnonzero(likeness >= PLAIN)
    if len(enough) > LOOKED_AT:
        least = np.partition(likeness[enough], -LOOKED_AT)[-LOOKED_AT]
        enough = enough[likeness[enough] >= least]
    return [int(at) for at in enough]


def _longer(
    a: Sequence[Name],
    b: Sequence[Name],
    taken_a: frozenset[int],
    taken_b: frozenset[int],
) -> list[Link]:
    """`Koro` and `Koro San`: the only two names of one parent that begin so.

    Without a parent known on both sides this is a guess, and left to a person.
    """
    family_a = _by(a, lambda name: name.sounds | name.stems)
    family_b = _by(b, lambda name: name.sounds | name.stems)
    free = _by((y for y in b if y.at not in taken_b), lambda n: n.sounds | n.stems)
    links = []
    for x in a:
        if x.at in taken_a or not x.parent:
            continue
        for key in x.sounds | x.stems:
            ours = [n for n in family_a[key] if _may_be(n, x)]
            theirs = [n for n in family_b.get(key, ()) if _may_be(n, x)]
            if len(ours) == len(theirs) == 1 and theirs[0] in free.get(key, ()):
                y = theirs[0]
                if _one_longer(x, y, key) and x.parent == y.parent:
                    links.append(Link(x.at, y.at, "longer", 0.9))
                    break
    return links


def _one_longer(x: Name, y: Name, key: str) -> bool:
    """One name is all of the shared beginning, the other tells nothing more apart."""
    whole = key in x.sounds or key in y.sounds
    telling = {word for n in (x, y) for each in n.spellings for word in each.telling}
    return whole and not telling


def _doubts(names: Sequence[Name], others: Sequence[Name]) -> list[Doubt]:
    """Candidates for a person: alike in letters or in words, of the same parent."""
    theirs = [fold(other.text) for other in others]
    doubts = []
    for start in range(0, len(names), _CHUNK):
        part = names[start : start + _CHUNK]
        likeness = process.cdist(
            [fold(name.text) for name in part],
            theirs,
            scorer=fuzz.WRatio,
            score_cutoff=WORTH,
            dtype=np.float32,
        )
        for name, row in zip(part, likeness, strict=True):
            best = np.argsort(-row, kind="stable")[: 4 * SHOWN]
            fitting = [
                (int(at), float(row[at]) / 100)
                for at in best
                if row[at] > 0 and _may_be(name, others[at])
            ]
            doubts.append(Doubt(name.at, tuple(fitting[:SHOWN])))
    return doubts
