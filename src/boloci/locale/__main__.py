"""Renew or check the translations: `python -m boloci.locale --write|--check`.

Messages are taken from the code of the command line, the hub with its templates, what
both say and the charts, and from click, whose messages we speak too. English is the
message itself; French is written by hand in `fr/LC_MESSAGES/boloci.po`, and gets its
no-break spaces on the way into the .mo. Both .po and
.mo are committed and held equal by a test.
"""

import io
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from boloci.spacing import unbroken

FOLDER = Path(__file__).resolve().parent
LANGUAGES = ("fr", "en")
KEYWORDS = {"_": None, "ngettext": (1, 2), "gettext": None}
SPOKEN = (
    FOLDER.parent / "cli",
    FOLDER.parent / "hub",
    FOLDER.parent / "charts",
    FOLDER.parent / "telling",
    Path(click.__file__).parent,
)
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
TEMPLATES = {"**.html": {"trimmed": "true", "silent": "false"}}
STILL = datetime(2026, 1, 1, tzinfo=UTC)
"""Date in every file, so that the same messages give the same bytes."""
HEADER = "# What boloci says on the command line and in the hub.\n"


Message = str | tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Write the files, or say which are not current."""
    stale = [path for path, content in files().items() if _differs(path, content)]
    if "--write" in arguments:
        for path, content in files().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in stale:
        print(path.relative_to(FOLDER))
    missing = untranslated(translated("fr"))
    for message in missing:
        print("fr:", message)
    return 1 if missing or (stale and "--check" in arguments) else 0


def files() -> dict[Path, bytes]:
    """Every .po and .mo as it should be: path -> content."""
    made = {}
    for language in LANGUAGES:
        catalog = translated(language)
        folder = FOLDER / language / "LC_MESSAGES"
        po, mo = io.BytesIO(), io.BytesIO()
        write_po(po, catalog, width=88, sort_output=True, no_location=True)
        write_mo(mo, _unbroken(catalog, language))
        made[folder / "boloci.po"] = po.getvalue()
        made[folder / "boloci.mo"] = mo.getvalue()
    return made


def translated(language: str) -> Catalog:
    """The messages of the code in a language: English is the message itself."""
    catalog = Catalog(
        locale=language, domain="boloci", header_comment=HEADER, fuzzy=False
    )
    catalog.creation_date = catalog.revision_date = STILL
    known = _known(language)
    for identifier in spoken_messages():
        catalog.add(identifier, _text(identifier, language, known))
    return catalog


def _unbroken(catalog: Catalog, language: str) -> Catalog:
    """The catalogue as it is read: whoever writes French uses the space bar."""
    made = Catalog(locale=language, domain="boloci", fuzzy=False)
    made.creation_date = made.revision_date = STILL
    for message in catalog:
        if message.id:
            texts = [unbroken(text, language) for text in _texts(message.string)]
            plural = not isinstance(message.id, str)
            made.add(message.id, tuple(texts) if plural else texts[0])
    return made


def spoken_messages() -> list[Message]:
    """Every message in the code of boloci and click; plurals as pairs."""
    found: dict[Message, None] = {}
    for folder in SPOKEN:
        taken = extract_from_dir(
            folder, METHODS, options_map=TEMPLATES, keywords=KEYWORDS
        )
        for _file, _line, message, _comments, _context in taken:
            found[message] = None
    return list(found)


def untranslated(catalog: Catalog) -> list[str]:
    """Messages without a text."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(_texts(message.string))
    ]


def _texts(string: Any) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def _known(language: str) -> Catalog | None:
    path = FOLDER / language / "LC_MESSAGES" / "boloci.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="boloci")


def _text(identifier: Message, language: str, known: Catalog | None) -> Any:
    if language == "en":
        return identifier
    message = known.get(identifier) if known is not None else None
    if message is not None and message.string:
        return message.string
    return "" if isinstance(identifier, str) else ("", "")


def _differs(path: Path, content: bytes) -> bool:
    return not path.exists() or path.read_bytes() != content


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
