"""The published places that a person's words name: by id, name, alias or path.

Accents, case, hyphens and apostrophes do not matter. A name that fits places of
several levels means the highest; several places of one level are refused, and listed.
"""

from boloci.names import fold
from boloci.problems import refuse
from boloci.published import PlaceRow, Published

LISTED = 10
"""Candidates named in a refusal; the count of the others is said."""


def places_named(source: Published, text: str) -> list[PlaceRow]:
    """The one place that a text names, as a list of one.

    Raises `Refused`: no such place (the closest are named), or several of one level
    (they are listed with what they lie in).
    """
    found = candidates(source, text)
    if not found:
        raise refuse(
            "place_unknown", place=text, closest=", ".join(closest_places(source, text))
        )
    highest = [place for place in found if place.rank == found[0].rank]
    if len(highest) > 1:
        raise refuse(
            "place_ambiguous",
            place=text,
            level=highest[0].level,
            count=len(highest),
            places=listed(source, highest),
        )
    return highest


def candidates(source: Published, text: str) -> list[PlaceRow]:
    """Every place that a text can mean, the highest level first; an id means one."""
    exact = source.by_id.get(text.strip())
    if exact is not None:
        return [exact]
    whole = source.by_name.get(fold(text), ())
    if whole or "/" not in text:
        return list(whole)
    *above, last = [fold(part) for part in text.split("/") if part.strip()] or [""]
    return [p for p in source.by_name.get(last, ()) if _lies_in(source, p, above)]


def words_for(source: Published, place: PlaceRow) -> str:
    """The shortest words of which a place is the only candidate.

    Its name, a path of names such as "Bougouni / Kologo", else its id.
    """
    above = _above(source, place)
    for start in range(len(above), -1, -1):
        words = " / ".join([*above[start:], place.name])
        if candidates(source, words) == [place]:
            return words
    return place.place_id


def inside(source: Published, place: PlaceRow, level: str) -> list[PlaceRow]:
    """Every place of a level inside a place or group, the place itself included.

    By dated membership where the build holds it: a place that once belonged counts.
    """
    if "membership" in source.relations:
        rows = source.rows(
            "SELECT DISTINCT unit FROM membership WHERE place = ?",
            [place.key],
        )
        keys = {key for (key,) in rows} | {place.key}
        return [p for p in source.places if p.level == level and p.key in keys]
    prefix = place.path.rstrip("/") + "/"
    return [
        p
        for p in source.places
        if p.level == level and (p.key == place.key or p.path.startswith(prefix))
    ]


def closest_places(source: Published, text: str, count: int = 3) -> list[str]:
    """Names of the published places most like a text."""
    from rapidfuzz import fuzz, process

    names = {name: places[0].name for name, places in source.by_name.items()}
    found = process.extract(fold(text), list(names), scorer=fuzz.WRatio, limit=count)
    return list(dict.fromkeys(names[name] for name, _, _ in found))


def listed(source: Published, places: list[PlaceRow]) -> str:
    """Places in words: `Kologo (Ml12ab, Sikasso / Niéna); ...`."""
    told = [
        f"{place.name} ({place.place_id}: {' / '.join(_above(source, place))})"
        for place in places[:LISTED]
    ]
    if len(places) > LISTED:
        told.append(f"+ {len(places) - LISTED}")
    return "; ".join(told)


def _lies_in(source: Published, place: PlaceRow, above: list[str]) -> bool:
    """Whether each of the folded names is a place above, in their order."""
    path = iter(fold(name) for name in _above(source, place))
    return all(name in path for name in above)


def _above(source: Published, place: PlaceRow) -> list[str]:
    """Names of the places above a place, from the top."""
    by_id = source.by_id
    ids = [part for part in place.path.split("/") if part and part != place.place_id]
    return [by_id[part].name if part in by_id else part for part in ids]
