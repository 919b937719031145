"""A workspace: the folder that holds a country's settings, catalogue, lake and logs.

    boloci.toml     format, country, languages, levels, time zone, public
    secrets.toml    passwords and keys; mode 0600, never in a backup by default
    catalogue/      what this country adds to the catalogue or overrides
    lake/           snapshots, builds and facts
    logs/           JSON lines, without names and without query values

`boloci.open(path)` gives a `Workspace`; `init` makes one.
"""

import json
import os
import re
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from boloci.problems import Where, refuse

if TYPE_CHECKING:
    import pyarrow as pa

    from boloci.catalogue import Catalogue

FORMAT = 1
"""Number of the folder's layout; `boloci upgrade` brings an older one here."""

SETTINGS = "boloci.toml"
SECRETS = "secrets.toml"
VARIABLE = "BOLOCI_WORKSPACE"
FOLDERS = ("catalogue", "lake", "logs")
NEUTRAL = ""
LANGUAGES = ("fr", "en")


@dataclass(frozen=True)
class Workspace:
    """An opened workspace: its folder and its settings."""

    root: Path
    country: str = NEUTRAL
    """ISO 3166 code of two letters; blank: neutral, the imported tree says it all."""
    languages: tuple[str, ...] = LANGUAGES
    levels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    """Level code -> language -> what this country calls it; empty: as the tree."""
    time_zone: str = "UTC"
    public: bool = False
    """Whether the hub shows national to district figures without a sign-in."""
    public_groups: tuple[str, ...] = ()
    """Groups whose members, areas too, are shown to everyone."""
    synthetic: bool = False
    """Whether the figures are invented: then every page says so."""

    @property
    def lake(self) -> Path:
        """Folder of snapshots, builds and facts."""
        return self.root / "lake"

    @property
    def logs(self) -> Path:
        """Folder of the JSON-lines logs."""
        return self.root / "logs"

    @property
    def own_catalogue(self) -> Path:
        """Folder of what this workspace adds to the catalogue."""
        return self.root / "catalogue"

    @cached_property
    def catalogue(self) -> "Catalogue":
        """The catalogue as this workspace sees it, read once."""
        from boloci.catalogue import load

        return load(self.root)

    def facts(self, **filters: Any) -> "pa.Table":
        """Published facts, in the schema of `tables.FACTS`: see `boloci.facts.facts`.

        `boloci.open("mali").facts(indicator="dtp1_coverage", level="region",
        period="2024Q1")`
        """
        from boloci.facts import facts

        return facts(self, **filters)

    def findings(self, **filters: Any) -> "pa.Table":
        """Published findings, in the schema of `tables.FINDINGS`."""
        from boloci.findings import findings

        return findings(self, **filters)

    def inequality(self, indicator: str, **asked: Any) -> "pa.Table":
        """Measures of inequality: see `boloci.inequality.inequality`.

        `boloci.open("mali").inequality("dtp3_coverage", over="district",
        period="2023")`
        """
        from boloci.inequality import inequality

        return inequality(self, indicator, **asked)

    def lorenz(self, indicator: str, **asked: Any) -> "pa.Table":
        """Lorenz curve of doses over children: see `boloci.inequality.lorenz`."""
        from boloci.inequality import lorenz

        return lorenz(self, indicator, **asked)

    def funnel(self, indicator: str, **asked: Any) -> "pa.Table":
        """Groups against the limits of chance: see `boloci.inequality.funnel`."""
        from boloci.inequality import funnel

        return funnel(self, indicator, **asked)

    def denominators(self, **asked: Any) -> "pa.Table":
        """Sources of denominators side by side: see `boloci.denominators.denominators`.

        `boloci.open("mali").denominators(place="Sikasso", period="2023")`
        """
        from boloci.denominators import denominators

        return denominators(self, **asked)

    def side_by_side(self, indicator: str, **asked: Any) -> "pa.Table":
        """Surveys, WHO/UNICEF, lots and reports by year: see `boloci.side_by_side`."""
        from boloci.side_by_side import side_by_side

        return side_by_side(self, indicator, **asked)

    def range(self, indicator: str, **asked: Any) -> list[Any]:
        """A figure under every scenario and denominator: see `boloci.ranges.ranges`.

        `boloci.open("mali").range("dtp1_coverage", place="Sikasso", period="2023")`
        """
        from boloci.ranges import ranges

        return ranges(self, indicator, **asked)

    def adjustments(self, **asked: Any) -> "pa.Table":
        """What the scenarios change, before and after, and why.

        See `boloci.adjustments.adjustments`.
        """
        from boloci.adjustments import adjustments

        return adjustments(self, **asked)

    def look(self, **asked: Any) -> "pa.Table":
        """Where to look first, from monthly doses alone: see `boloci.look.look`.

        `boloci.open("mali").look(place="Bougouni")`
        """
        from boloci.look import look

        return look(self, **asked)

    def corrections(self, **asked: Any) -> "pa.Table":
        """The register of corrections: see `boloci.corrections.corrections`."""
        from boloci.corrections import corrections

        return corrections(self, **asked)

    def explain(self, **filters: Any) -> list[Any]:
        """What each fact is made of: see `boloci.explain.explain`."""
        from boloci.explain import explain

        return explain(self, **filters)


def find(chosen: str | Path | None = None) -> Path:
    """The folder to open: the one given, else `BOLOCI_WORKSPACE`, else here."""
    return Path(chosen or os.environ.get(VARIABLE) or ".").expanduser().absolute()


def open_workspace(path: str | Path | None = None) -> Workspace:
    """Open a workspace.

    Raises `Refused`: not a workspace, settings that cannot be read, another format
    (`boloci upgrade` brings it to this one).
    """
    root = find(path)
    settings = read_settings(root)
    if settings.get("format") != FORMAT:
        raise refuse(
            "workspace_format",
            Where(file=SETTINGS),
            folder=str(root),
            found=str(settings.get("format", "?")),
            known=FORMAT,
        )
    return Workspace(
        root=root,
        country=str(settings.get("country", NEUTRAL)),
        languages=tuple(settings.get("languages", LANGUAGES)),
        levels=settings.get("levels", {}),
        time_zone=str(settings.get("time_zone", "UTC")),
        public=settings.get("public") is True,
        public_groups=tuple(settings.get("public_groups", ())),
        synthetic=settings.get("synthetic") is True,
    )


def read_settings(root: Path) -> dict[str, Any]:
    """`boloci.toml` as it stands, whatever its format. Raises `Refused`."""
    path = root / SETTINGS
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise refuse("workspace_missing", folder=str(root)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise refuse(
            "workspace_settings", Where(file=SETTINGS), reason=str(error)
        ) from None


def init(folder: str | Path, *, country: str | None = None) -> Workspace:
    """Make a workspace in `folder`, which is created if need be.

    With a country code its languages, levels and time zone are written to the
    settings; without one the workspace is neutral and takes its levels from the
    tree that is imported. `boloci.toml` is written last: a folder where `init` was
    stopped half-way is not a workspace.

    Raises `Refused`: already a workspace, country without a definition.
    """
    root = Path(folder).expanduser().absolute()
    if (root / SETTINGS).exists():
        raise refuse("workspace_exists", folder=str(root))
    settings = country_settings(country) if country else {}
    try:
        for name in FOLDERS:
            (root / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refuse("cannot_write", file=str(root)) from error
    write_secrets(root)
    write_settings(root, settings)
    return open_workspace(root)


def country_settings(code: str) -> dict[str, Any]:
    """Settings of a country that the catalogue defines. Raises `Refused`."""
    countries = known_countries()
    found = countries.get(code.strip().upper())
    if found is None:
        raise refuse("country_unknown", country=code, known=", ".join(countries))
    return found


def known_countries() -> dict[str, dict[str, Any]]:
    """ISO code -> `country.yaml` of each country in the catalogue."""
    import yaml

    found = {}
    for folder in (resources.files("boloci") / "catalogue" / "countries").iterdir():
        file = folder / "country.yaml"
        if file.is_file():
            definition = yaml.safe_load(file.read_text(encoding="utf-8"))
            if definition.get("country"):
                found[str(definition["country"]).upper()] = definition
    return dict(sorted(found.items()))


def write_settings(root: Path, settings: Mapping[str, Any]) -> None:
    """Write `boloci.toml` whole or not at all."""
    lines = [
        "# Settings of this boloci workspace.",
        f"format = {FORMAT}",
        f"country = {_toml(settings.get('country', NEUTRAL))}"
        "  # ISO code; blank: the imported tree says it",
        f"languages = {_toml(list(settings.get('languages', LANGUAGES)))}",
        f"time_zone = {_toml(settings.get('time_zone', 'UTC'))}",
        f"public = {_toml(settings.get('public', False))}"
        "  # true: country to district figures without a sign-in",
        f"public_groups = {_toml(list(settings.get('public_groups', ())))}"
        "  # groups whose members everyone may see",
        f"synthetic = {_toml(settings.get('synthetic', False))}"
        "  # true: the figures are invented, and every page says so",
        "",
        "[levels]  # what the levels are called here; none: as in the imported tree",
    ]
    for level, names in settings.get("levels", {}).items():
        words = ", ".join(f"{lang} = {_toml(name)}" for lang, name in names.items())
        lines.append(f"{level} = {{ {words} }}")
    partial = root / (SETTINGS + ".partial")
    partial.write_text("\n".join(lines) + "\n", encoding="utf-8")
    os.replace(partial, root / SETTINGS)


def write_public_groups(root: Path, groups: Iterable[str]) -> None:
    """Say in `boloci.toml` which groups are open to everyone; all else stays as it is.

    Raises `Refused` where the file cannot be read or written.
    """
    path = root / SETTINGS
    before = read_settings(root)
    line = f"public_groups = {_toml(sorted(groups))}"
    text = path.read_text(encoding="utf-8")
    told, count = _PUBLIC_GROUPS.subn(lambda _found: line, text, count=1)
    if not count:  # above the first table: below it the line would be part of that
        told = f"{line}\n{text}"
    if _others(told) != {k: v for k, v in before.items() if k != "public_groups"}:
        raise refuse("cannot_write", file=SETTINGS)
    partial = root / (SETTINGS + ".partial")
    try:
        partial.write_text(told, encoding="utf-8")
        os.replace(partial, path)
    except OSError as error:
        raise refuse("cannot_write", file=SETTINGS) from error


def _others(text: str) -> dict[str, Any] | None:
    """Settings but the public groups; None for a text that cannot be read."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    return {k: v for k, v in found.items() if k != "public_groups"}


_PUBLIC_GROUPS = re.compile(
    r"""^public_groups\s*=\s*\[(?:[^]"]|"(?:[^"\\]|\\.)*")*\]""", re.MULTILINE
)


def write_secrets(root: Path) -> None:
    """Make an empty `secrets.toml` that only its owner can read."""
    path = root / SECRETS
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(
            "# Passwords and keys of this workspace. Never shared, never in a backup.\n"
        )
    path.chmod(0o600)


def key(root: Path, name: str) -> str:
    """A secret key of this workspace, made when it is first asked for."""
    from filelock import FileLock

    path = root / SECRETS
    with FileLock(root / (SECRETS + ".lock")):
        write_secrets(root)
        kept = tomllib.loads(path.read_text(encoding="utf-8")).get(name, "")
        if not kept:
            kept = secrets.token_urlsafe(48)
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{name} = {_toml(kept)}\n")
    return str(kept)


def _toml(value: Any) -> str:
    """A string, flag or list of strings: JSON and TOML write these alike."""
    return json.dumps(value, ensure_ascii=False)
