"""Entries of the catalogue's files as structures; a slip is refused with its place."""

import re
from typing import Any, TypeVar

import msgspec

from boloci.catalogue.definitions import Country
from boloci.catalogue.layers import Layers
from boloci.problems import Where, refuse

_T = TypeVar("_T")


def typed(layers: Layers, section: str, kind: type[_T]) -> dict[str, _T]:
    """Entries of a section by their keys."""
    return {
        str(key): _convert(value, kind, layers.where(section, str(key)), str(key))
        for key, value in layers.content[section].items()
    }


def coded(layers: Layers, section: str, kind: type[_T]) -> dict[str, _T]:
    """Entries that carry their own key: `code`, `indicator` or `profile`."""
    field = kind.__struct_fields__[0]  # type: ignore[attr-defined]
    return {
        str(key): _convert(
            {field: str(key), **value} if isinstance(value, dict) else value,
            kind,
            layers.where(section, str(key), _family(value)),
            str(key),
        )
        for key, value in layers.content[section].items()
    }


def _family(value: Any) -> str:
    return str(value.get("family", "")) if isinstance(value, dict) else ""


def words(layers: Layers, part: str, kind: type[_T]) -> dict[str, _T]:
    """Words of one part of the vocabulary by their codes."""
    entries = layers.content["vocabulary"].get(part, {})
    where = layers.where("vocabulary", part)
    return {
        code: _convert(value, kind, where, f"{part}.{code}")
        for code, value in entries.items()
    }


def _convert(value: Any, kind: Any, where: Where, key: str = "") -> Any:
    """One entry as its structure; a slip becomes a problem with file and key."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _slip(str(error), where, key) from error


def _slip(message: str, where: Where, key: str) -> Exception:
    said, _, path = message.partition(" - at `$")
    full = (key + path.rstrip("`")).strip(".")
    quoted = re.findall(r"`([^`]*)`", said)
    if "unknown field" in said:
        return refuse("catalogue_unknown_key", where, key=f"{full}.{quoted[0]}")
    if "missing required field" in said:
        return refuse("catalogue_missing_key", where, key=f"{full}.{quoted[0]}")
    return refuse("catalogue_wrong_value", where, key=full, detail=said)


def country(layers: Layers) -> Country:
    """The country of the workspace, with its schedule and groups."""
    raw = layers.content["countries"]
    content = {
        **raw.get("country", {}),
        "schedule": raw.get("schedule", {}),
        "groups": raw.get("groups", {}),
    }
    found: Country = _convert(content, Country, layers.where("countries", "country"))
    return found
