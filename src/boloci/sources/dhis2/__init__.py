"""DHIS2's files: data values, organisation units, metadata, completeness, analytics.

`recognise` and `read` are the reader's two doors, as `boloci.sources` asks of every
reader. Tables keep DHIS2's own identifiers; what an element or option means is the
catalogue's matter, what level a unit has is `levels`'.
"""

import re
from pathlib import Path

from boloci.problems import Where, refuse
from boloci.sources.dhis2 import (
    analytics,
    metadata,
    metadata_csv,
    shapes,
    units,
    values_csv,
    values_json,
)
from boloci.sources.reading import Input, Progress, Reading
from boloci.sources.recognise import HEAD_BYTES, Head

HTML = "dhis2 html page"
_HTML = re.compile(rb"\s*(<!doctype html|<html)", re.IGNORECASE)
_SERVED = (".json", ".geojson", ".csv")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


def recognise(head: Head) -> str | None:
    """Name of the DHIS2 format, from the first bytes; None if it is none."""
    start = head.start.removeprefix(_BOM)
    if _HTML.match(start) and head.name.lower().endswith(_SERVED):
        return HTML
    if start.lstrip()[:1] in (b"{", b"["):
        return shapes.document(head.name, start)
    return values_csv.recognise(start) or metadata_csv.recognise(start)


def read(source: Input, *, staging: Path, progress: Progress) -> Reading:
    """Read one DHIS2 file. Raises `Refused` with where and why."""
    with source.path.open("rb") as file:
        start = file.read(HEAD_BYTES)
    if not start.strip():
        raise refuse("file_empty", Where(source.name))
    if start.startswith(_UTF16):
        raise refuse("wrong_encoding", Where(source.name))
    found = recognise(Head(source.name, start, source.path))
    if found == HTML:
        raise refuse("html_page", Where(source.name, text=_title(start)))
    if found == shapes.REPLY:
        raise refuse("server_reply", Where(source.name, text=_message(start)))
    if found == values_csv.FORMAT:
        return values_csv.read(source, staging=staging, progress=progress)
    if found == shapes.VALUES:
        return values_json.read(source, staging=staging, progress=progress)
    if found == shapes.ANALYTICS:
        return analytics.read(source, staging=staging, progress=progress)
    if found == shapes.GEOJSON:
        return units.read_geojson(source, format=found)
    if found == shapes.METADATA:
        return metadata.read(source, format=found, collection=None)
    if found and found.endswith(" csv"):
        return metadata_csv.read(source, format=found)
    if found:
        return metadata.read(source, format=found, collection=found.split()[1])
    raise refuse("not_dhis2", Where(source.name, text=_title(start)))


def _title(start: bytes) -> str:
    title = re.search(rb"<title>\s*([^<]*?)\s*</title>", start, re.IGNORECASE)
    shown = title[1] if title else start.removeprefix(_BOM).strip()
    return shown.decode("utf-8", "replace")[:80].strip()


def _message(start: bytes) -> str:
    """What the server said."""
    told = re.search(rb'"message"\s*:\s*"([^"]*)"', start)
    return told[1].decode("utf-8", "replace")[:200] if told else _title(start)
