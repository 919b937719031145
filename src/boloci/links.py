"""Which place of the tree each text of a file means.

An identifier, else a name, alias or path without accents and case, else a spelling so
near that a machine may decide (`matching`). Nothing else is guessed: the rows stay in
the snapshot, and a finding names the closest places.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from boloci.names import fold
from boloci.places import GROUP, Place, Tree
from boloci.tables import Finding

LINKS = pa.schema(
    [
        ("kind", pa.string()),
        ("text", pa.string()),
        ("target", pa.string()),
        ("how", pa.string()),
        ("score", pa.float64()),
    ]
)
"""`how`: id, name, alias, path, level (one of several levels, chosen by the other
texts), or as in `matching.Link`: sound, near, longer. `score`: 0-1, 1 is sure."""

TOLD = 20
"""Places told one by one in findings, those with most rows first; the others at once.
A file imported before its tree would otherwise bury every other finding."""
NAMED = 3
"""Close places, candidates and examples named in a finding."""
SHARE = 0.9
AT_LEAST = 3
"""A name that fits a region and a district is the district when at least so many
other names fit one level only, and this share of them are districts."""
_STEP = re.compile(r"\s*/\s*")
_UID = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")
_MIXED = re.compile(r"[a-z][A-Z]|\d")


@dataclass(frozen=True)
class Meant:
    """The place that a text means, and how that is known."""

    place: Place
    how: str
    score: float = 1.0


def link(texts: pa.Table, tree: Tree) -> tuple[pa.Table, list[Finding]]:
    """Links from the texts that files use for places to places of the tree.

    `texts`: columns `text` (as written) and `rows` (how many rows carry it). Gives
    `LINKS`, a row for each text that is surely one place, in the order of `texts`,
    and findings: `unknown_place`, `ambiguous_place`, `place_matched` (a spelling that
    is only nearly right), `place_level_chosen`.
    """
    rows = {
        text: int(count or 0)
        for text, count in zip(
            texts["text"].to_pylist(), texts["rows"].to_pylist(), strict=True
        )
        if text
    }
    meant, several = _named(rows, tree)
    chosen, ambiguous = _of_one_level(several, meant)
    meant |= chosen
    unknown = [text for text in rows if text not in meant and text not in ambiguous]
    near, closest = _nearly(unknown, meant, tree)
    meant |= near
    unknown = [text for text in unknown if text not in near]
    findings = [
        *_unknown(unknown, closest, rows),
        *_ambiguous(ambiguous, rows, tree),
        *_matched(near, rows),
        *_levels(chosen, rows),
    ]
    return _table([(text, meant[text]) for text in rows if text in meant]), findings


def _table(meant: Iterable[tuple[str, Meant]]) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "kind": "place",
                "text": text,
                "target": each.place.id,
                "how": each.how,
                "score": each.score,
            }
            for text, each in meant
        ],
        schema=LINKS,
    )


def _named(
    texts: Iterable[str], tree: Tree
) -> tuple[dict[str, Meant], dict[str, list[Place]]]:
    """Texts that are an identifier or fit one place; and those that fit several."""
    meant, several = {}, {}
    for text in texts:
        if exact := tree.by_id.get(text.strip()):
            meant[text] = Meant(exact, "id")
            continue
        fitting = tree.fits(text)
        found = tree.find(text) if len(fitting) > 1 else fitting
        if len(found) == 1 and len({place.level for place in fitting}) == 1:
            meant[text] = Meant(found[0], _how(text, found[0]))
        elif fitting:
            several[text] = fitting
    return meant, several


def _how(text: str, place: Place) -> str:
    folded = fold(text)
    if folded == fold(place.name):
        return "name"
    known = {fold(each) for each in (place.id, *place.aliases)}
    return "alias" if folded in known else "path"


def _of_one_level(
    several: Mapping[str, list[Place]], meant: Mapping[str, Meant]
) -> tuple[dict[str, Meant], dict[str, list[Place]]]:
    """Choose the level of names that fit several; the rest are ambiguous.

    The level that the file's other names have, else the highest: a list of districts
    that holds "Sikasso" means the district, not the region of that name.
    """
    usual = _usual_level(meant.values())
    chosen, ambiguous = {}, {}
    for text, fitting in several.items():
        of_usual = [place for place in fitting if place.level == usual]
        highest = min(fitting, key=lambda place: place.key).level
        found = of_usual or [place for place in fitting if place.level == highest]
        today = [place for place in found if fold(place.name) == fold(text)] or found
        if len(today) == 1:
            chosen[text] = Meant(today[0], "level", 0.95)
        else:
            ambiguous[text] = today
    return chosen, ambiguous


def _usual_level(meant: Iterable[Meant]) -> str:
    """The one level of nearly all texts that are names; "" where there is none."""
    levels = Counter(each.place.level for each in meant if each.how != "id")
    if not levels:
        return ""
    level, count = levels.most_common(1)[0]
    enough = count >= AT_LEAST and count >= SHARE * levels.total()
    return level if enough else ""


def _nearly(
    unknown: Sequence[str], meant: Mapping[str, Meant], tree: Tree
) -> tuple[dict[str, Meant], dict[str, list[Place]]]:
    """Unknown texts that are surely a misspelt name; and the closest places of all.

    Names already understood stand beside them, since a difference that tells two
    names of a file apart is no misspelling.
    """
    places = [place for place in tree.places if place.level != GROUP]
    asked = [text for text in unknown if not _identifier(text)]
    if not asked or not places:
        return {}, {}
    # Here, because loading it takes a moment and most files need none of it.
    from boloci.matching import match

    known = [text for text, each in meant.items() if each.how in ("name", "alias")]
    texts = [*asked, *known]
    above = {text: _parent(text, tree) for text in texts}
    links, doubts = match(
        [_STEP.split(text.strip())[-1] for text in texts],
        [(place.name, *place.aliases) for place in places],
        parents=(
            [above[text] for text in texts],
            [place.parent_id for place in places],
        ),
    )
    near = {
        asked[link.a]: Meant(places[link.b], link.how, link.score)
        for link in links
        if link.a < len(asked)
    }
    closest = {
        asked[doubt.a]: [places[at] for at, _ in doubt.candidates]
        for doubt in doubts
        if doubt.a < len(asked)
    }
    return near, closest


def _identifier(text: str) -> bool:
    """A DHIS2 identifier: no spelling of it is nearer than another."""
    return bool(_UID.fullmatch(text) and _MIXED.search(text[1:]))


def _parent(text: str, tree: Tree) -> str:
    """Identifier of the place that the steps before the last name; "" if unknown."""
    *above, _ = _STEP.split(text.strip())
    found = tree.find(" / ".join(above)) if above else []
    return found[0].id if len(found) == 1 else ""


def _unknown(
    texts: Sequence[str], closest: Mapping[str, list[Place]], rows: Mapping[str, int]
) -> Iterable[Finding]:
    told, rest = _told(texts, rows)
    for text in told:
        near = list(dict.fromkeys(_called(place) for place in closest.get(text, ())))
        yield _finding("unknown_place", text, rows, closest=_words(near))
    yield from _others("unknown_places", rest, rows)


def _ambiguous(
    texts: Mapping[str, list[Place]], rows: Mapping[str, int], tree: Tree
) -> Iterable[Finding]:
    told, rest = _told(list(texts), rows)
    for text in told:
        candidates = [_lying(place, tree) for place in texts[text]]
        yield _finding("ambiguous_place", text, rows, candidates=_words(candidates))
    yield from _others("ambiguous_places", rest, rows)


def _matched(near: Mapping[str, Meant], rows: Mapping[str, int]) -> Iterable[Finding]:
    told, rest = _told(list(near), rows)
    for text in told:
        place = near[text].place
        yield _finding(
            "place_matched", text, rows, "info", place=place.name, target=place.id
        )
    yield from _others("places_matched", rest, rows, "info")


def _levels(chosen: Mapping[str, Meant], rows: Mapping[str, int]) -> Iterable[Finding]:
    by_level: dict[str, list[str]] = {}
    for text, each in chosen.items():
        by_level.setdefault(each.place.level, []).append(text)
    for level, texts in by_level.items():
        for finding in _others("place_level_chosen", texts, rows, "info"):
            finding.params["level"] = level
            yield finding


def _told(texts: Sequence[str], rows: Mapping[str, int]) -> tuple[list[str], list[str]]:
    ordered = sorted(texts, key=lambda text: (-rows[text], text))
    return ordered[:TOLD], ordered[TOLD:]


def _finding(
    rule: str,
    text: str,
    rows: Mapping[str, int],
    severity: str = "warning",
    **params: str,
) -> Finding:
    known = {"text": text, "count": rows[text], **params}
    target = params.get("target", "")
    return Finding(
        rule, severity, place_id=target, value=float(rows[text]), params=known
    )


def _others(
    rule: str,
    texts: Sequence[str],
    rows: Mapping[str, int],
    severity: str = "warning",
) -> Iterable[Finding]:
    """One finding for many texts: how many, of how many rows, the first of them."""
    if texts:
        count = sum(rows[text] for text in texts)
        examples = _words(texts)
        params = {"places": len(texts), "count": count, "examples": examples}
        yield Finding(rule, severity, value=float(count), params=params)


def _words(texts: Sequence[str]) -> str:
    if not texts:
        return "—"
    return ", ".join(texts[:NAMED]) + (", …" if len(texts) > NAMED else "")


def _called(place: Place) -> str:
    return place.name if place.name == place.id else f"{place.name} ({place.id})"


def _lying(place: Place, tree: Tree) -> str:
    """A place with what it lies in: `Sikasso / Bougouni / Kologo (AbC)`."""
    steps = [place.name]
    above = tree.by_id.get(place.parent_id)
    while above:
        steps.append(above.name)
        above = tree.by_id.get(above.parent_id)
    return f"{' / '.join(reversed(steps))} ({place.id})"
