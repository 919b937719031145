"""One address of the hub as files: its page in each language, and its tables."""

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, urldefrag, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from markupsafe import Markup

from boloci.hub.downloads import csv_of, with_lineage
from boloci.hub.export.alone import standing_alone
from boloci.hub.export.asking import ask
from boloci.hub.export.layout import LANGUAGE, Layout
from boloci.hub.pages import Page, table_named

NAMES = {"fr": "Français", "en": "English"}


@dataclass
class Written:
    """What an address became."""

    pages: int = 0
    found: set[str] = field(default_factory=set)
    """Addresses of other pages and files that its pages lead to."""


def write(
    address: str, layout: Layout, folder: Path, told: Mapping[str, Any]
) -> Written:
    """Write an exported address in each language.

    told    what the frame says of the export. Raises `Refused`: a page failed.
    """
    written = Written()
    if address.startswith(settings.STATIC_URL):
        source = str(finders.find(address.removeprefix(settings.STATIC_URL)))
        _put(folder, layout.file(address, ""), Path(source).read_bytes())
        return written
    for language in layout.languages:
        others = [(code, NAMES[code]) for code in layout.languages if code != language]
        response, page = ask(address, language, {**told, "others": others})
        content = response.content
        if page is not None:
            turn = _Turning(address, language, layout)
            html = standing_alone(content.decode(), turn, chosen=_chosen(page))
            content = html.encode()
            for name, file in turn.tables.items():
                table = with_lineage(table_named(page, name), address)
                _put(folder, file, csv_of(table).encode())
            written.pages += 1
            written.found |= turn.found
        _put(folder, layout.file(address, language), content)
    return written


@dataclass
class _Turning:
    """Turns the addresses on a page into relative ones, and notes where they lead."""

    address: str
    language: str
    layout: Layout
    found: set[str] = field(default_factory=set)
    tables: dict[str, PurePosixPath] = field(default_factory=dict)
    """Tables of this page that it offers as files."""

    def __call__(self, link: str) -> str | None:
        """Where a link leads from this page; None: to nothing that is exported."""
        if link.startswith(LANGUAGE):
            other = self.layout.file(self.address, link.removeprefix(LANGUAGE))
            return self._from_here(other)
        address, fragment = urldefrag(link)
        file = self.layout.file(address, self.language)
        if file is None:
            return None
        if file.suffix == ".csv":
            path, query = urlsplit(address)[2:4]
            if path.removesuffix(".csv") not in (
                self.address,
                f"{self.address}overview",
            ):
                return None
            self.tables[parse_qs(query)["table"][0]] = file
        else:
            self.found.add(address)
        return self._from_here(file) + (f"#{fragment}" if fragment else "")

    def _from_here(self, file: PurePosixPath | None) -> str:
        here = self.layout.file(self.address, self.language)
        assert file is not None  # only exported pages are turned
        assert here is not None
        return posixpath.relpath(file, here.parent)


def _chosen(page: Page) -> str:
    """What the page shows, in place of the form that chooses it."""
    told = [f"{one.label}\u00a0: {one.chosen_label}" for one in page.controls]
    return Markup('<p class="shown">{}</p>').format(" · ".join(told)) if told else ""


def _put(folder: Path, name: PurePosixPath | None, content: bytes) -> None:
    assert name is not None  # only exported addresses are written
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
