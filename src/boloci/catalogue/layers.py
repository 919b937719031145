"""The files of the catalogue, those of a workspace laid over those of the package."""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boloci.catalogue import yaml_files
from boloci.problems import Where, refuse

NEUTRAL = "neutral"

_FILES = (
    *("elements", "vocabulary", "flags", "formulas", "inequality", "denominators"),
    *("looking", "checks", "narrative"),
)
_FOLDERS = ("indicators", "profiles", "rules", "problems")
_COUNTRY_FILES = ("country", "schedule", "groups")


@dataclass(frozen=True)
class Layers:
    """Merged raw content by section, and the file each top key came from last."""

    content: dict[str, dict[str, Any]]
    files: dict[tuple[str, str], Path]

    def where(self, section: str, *keys: str) -> Where:
        """File of the first of `keys` that has one: an entry, else its family."""
        paths = [self.files[section, k] for k in keys if (section, k) in self.files]
        return Where(file=str(paths[0]) if paths else f"{section}.yaml")


def merge(under: Any, over: Any) -> Any:
    """`over` laid over `under`: mappings key by key, anything else replaced."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        merged = dict(under)
        for key, value in over.items():
            merged[key] = merge(under[key], value) if key in under else value
        return merged
    return over


def read(folders: tuple[Path, ...], country: str) -> Layers:
    """Everything in the files of these folders, a later one laid over an earlier."""
    layers = Layers({section: {} for section in (*_FILES, *_FOLDERS)}, {})
    layers.content["countries"] = {}
    for folder in folders:
        for section in _FILES:
            _lay(layers, section, [folder / f"{section}.yaml"])
        for section in _FOLDERS:
            _lay(layers, section, sorted((folder / section).glob("*.yaml")))
    found = _country_folders(folders, country)
    for folder in found:
        for name in _COUNTRY_FILES:
            _lay(layers, "countries", [folder / f"{name}.yaml"], under=name)
    return layers


def _lay(
    layers: Layers, section: str, paths: list[Path], under: str | None = None
) -> None:
    """Lay the files of one folder over a section; a key may be in one file only."""
    seen: dict[str, Path] = {}
    for path in paths:
        if not path.is_file():
            continue
        content = yaml_files.read(path)
        if section == "profiles" and "constants" in content:
            content = {str(content.get("profile", path.stem)): content}
        for key in content:
            if key in seen:
                where = Where(file=str(path))
                raise refuse(
                    "catalogue_key_in_two_files", where, key=key, other=str(seen[key])
                )
            seen[key] = path
            layers.files[section, str(key)] = path
        kept = layers.content[section]
        laid = {under: content} if under else content
        layers.content[section] = merge(kept, laid)


def _country_folders(folders: tuple[Path, ...], country: str) -> list[Path]:
    """Folders of a country, package first: by its ISO code or its folder's name."""
    found = []
    for folder in folders:
        for path in sorted((folder / "countries").glob("*/country.yaml")):
            code = str(yaml_files.read(path).get("country", ""))
            names = {path.parent.name.lower(), code.lower() or NEUTRAL}
            if (country or NEUTRAL).lower() in names:
                found.append(path.parent)
    if not found and country:
        return _country_folders(folders, "")  # the settings name it, no file does
    return found


def country_of(workspace: Path | None) -> str:
    """Country in a workspace's settings; whoever opens the workspace checks them."""
    if workspace is None:
        return ""
    try:
        text = (Path(workspace) / "boloci.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text).get("country", ""))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return ""


def state(folders: list[Path]) -> str:
    """Changes when any file of the catalogue changes."""
    files = [
        (str(path), path.stat().st_mtime_ns, path.stat().st_size)
        for folder in folders
        for path in files_of(folder)
    ]
    return hashed(files)


def files_of(folder: Path) -> list[Path]:
    """The definition files of a folder; a workspace that adds nothing has none."""
    patterns = ("*.yaml", "*.csv", "*/*.yaml", "*/*/*.yaml")
    return [path for pattern in patterns for path in sorted(folder.glob(pattern))]


def hashed(content: Any) -> str:
    """sha256 of content, the same for the same content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
