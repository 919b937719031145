"""Which addresses of the hub are exported, and as which file.

District and above and the groups that everyone may see, with the choices that a page
opens with. File names differ by more than their capitals: USB sticks do not tell
`Ab.html` from `aB.html`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf import settings
from django.urls import Resolver404, resolve

from boloci.hub import links
from boloci.hub.rights import OPEN_LEVELS, Scope
from boloci.published import PlaceRow

PAGES = frozenset(
    {
        *("overview", "overview_files", "place", "indicators", "indicator", "compare"),
        *("equity", "zero_dose", "learning_hub", "quality", "sources", "imports_told"),
        *("defined", "rule", "profile", "sites", "group"),
    }
)
"""Names of the addresses whose pages are exported."""
FILES = frozenset({"place_card", "manifest"})
"""Names of the addresses of other files that are."""
FIRST = "index.html"
"""The file that a reader opens: the overview in the first language."""
ASSETS = "assets"
"""The folder of style sheet and icon."""
LANGUAGE = "language:"
"""What a link begins with that leads to the same page in another language."""
_UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Layout:
    """Where each exported address lies."""

    languages: tuple[str, ...]
    """The first is that of the page that opens the export."""
    places: Mapping[str, str]
    """Ids of the places that have a page -> name of its file, without suffix."""
    indicators: frozenset[str]
    """Indicators that have a page; all have their definition."""

    @property
    def starts(self) -> list[str]:
        """Addresses from which all others are found."""
        indicators = map(links.indicator, sorted(self.indicators))
        return ["/", *map(links.place, self.places), *indicators]

    def file(self, address: str, language: str) -> PurePosixPath | None:
        """The file of an address in a language; None: it is not exported."""
        path, query = urlsplit(address)[2:4]
        if path.startswith(settings.STATIC_URL):
            return PurePosixPath(ASSETS, path.removeprefix(settings.STATIC_URL))
        try:
            name, told = _resolved(path)
        except Resolver404:
            return None
        place_id = told.get("place_id", told.get("group"))
        if place_id is not None and place_id not in self.places:
            return None
        if name == "indicator" and told["name"] not in self.indicators:
            return None
        suffix = told.get("suffix") or ""
        if place_id is not None:
            stem = f"{'sites' if name == 'group' else 'place'}/{self.places[place_id]}"
        else:
            stem = path.strip("/").removesuffix(suffix) or "index"
        last = _last(name, suffix, parse_qsl(query, keep_blank_values=True))
        if last is None:
            return None
        if stem == "index" and language == self.languages[0]:
            return PurePosixPath(FIRST)
        return PurePosixPath(language, stem.removesuffix(last) + last)


def layout(
    scope: Scope,
    places: Iterable[PlaceRow],
    indicators: Iterable[str],
    languages: Iterable[str],
) -> Layout:
    """The layout of some indicators and of what a scope sees of some places."""
    shown = [
        one.place_id
        for one in scope.keep(places)
        if one.level in OPEN_LEVELS or one.level == "group"
    ]
    return Layout(tuple(languages), file_names(shown), frozenset(indicators))


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """A file name, without suffix, for each id: safe, and unique without capitals."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for one in sorted(ids):
        name = plain = _UNSAFE.sub("-", one)
        count = 1
        while name.casefold() in taken:
            count += 1
            name = f"{plain}-{count}"
        taken.add(name.casefold())
        found[one] = name
    return found


def _resolved(path: str) -> tuple[str, Mapping[str, Any]]:
    match = resolve(unquote(path))
    return match.url_name or "", match.kwargs


def _last(name: str, suffix: str, query: list[tuple[str, str]]) -> str | None:
    """How the file's name ends; None where the address is not exported."""
    if name == "place_card" and not query:
        return ".card.png"
    if name == "manifest" and not query:
        return ".json"
    if name not in PAGES:
        return None
    if not suffix and not query:
        return ".html"
    if suffix == ".csv" and [key for key, _value in query] == ["table"]:
        return f".{_UNSAFE.sub('-', query[0][1])}.csv"
    return None
