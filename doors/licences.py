"""THIRD_PARTY.md: the licences of what the lock installs: written, or checked.

usage: python -m doors.licences [--check]

Licences are read from the installed packages. A version already on the page keeps
what is written there, so that the check does not depend on the system it runs on
(a package of another system is not installed here: its licence is written by hand).
"""

import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "THIRD_PARTY.md"
PINNED = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[^]]*\])?==([\w.]+)", re.MULTILINE)
ROW = re.compile(r"^\| ([\w.-]+) \| (\S+) \| (.+?) \|", re.MULTILINE)
HEAD = """# Third-party software

boloci is under the Apache License 2.0 (LICENSE). It installs these packages, each
under its own licence; none of their code is in this repository. Written by
`python -m doors.licences` from the locks.

"""
SECTIONS = {
    "requirements.lock": "What every installation needs",
    "requirements-dev.lock": "What tests and benches need besides",
}
LONGEST = 60
"""Some packages put the whole text of their licence where its name belongs."""


def main(arguments: list[str]) -> int:
    """Write the page; with --check, say whether it is as it would be written."""
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    new = page(old)
    if "--check" not in arguments:
        PAGE.write_text(new, encoding="utf-8")
        return 0
    unknown = re.findall(r"\| ([\w.-]+) \| \S+ \| unknown \|", new)
    if unknown:
        print(f"no licence known for: {', '.join(unknown)}")
    if new != old:
        print("THIRD_PARTY.md is not as written by python -m doors.licences")
    return 1 if unknown or new != old else 0


def page(old: str) -> str:
    """The page; versions that the old page knows keep their words."""
    told = {
        (name, version): words
        for name, version, words in ROW.findall(old)
        if words != "unknown"
    }
    parts, seen = [HEAD], set[str]()
    for lock, title in SECTIONS.items():
        pinned: dict[str, list[str]] = {}
        for name, version in PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
            pinned.setdefault(name, []).append(version)
        joined = {name: "/".join(versions) for name, versions in pinned.items()}
        rows = [
            f"| {name} | {versions} | {told.get((name, versions)) or licence(name)} |"
            for name, versions in sorted(joined.items())
            if name not in seen
        ]
        seen |= set(pinned)
        parts += [
            f"## {title}\n\n| package | version | licence |\n| --- | --- | --- |\n"
        ]
        parts += ["\n".join(rows), "\n\n"]
    return "".join(parts).rstrip() + "\n"


def licence(name: str) -> str:
    """What an installed package says of its licence, in a few words."""
    try:
        found = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "unknown"
    if found.get("License-Expression"):
        return str(found["License-Expression"])
    stated = (found.get("License") or "").strip().splitlines()
    if stated and stated[0] and len(stated[0]) <= LONGEST and len(stated) == 1:
        return str(stated[0])
    classes = found.get_all("Classifier") or []
    names = [c.split(" :: ")[-1] for c in classes if c.startswith("License :: ")]
    if names:
        return ", ".join(names)
    return str(stated[0])[:LONGEST] if stated else _heading(name)


def _heading(name: str) -> str:
    """The first line of the licence file that a package brings, `MIT License`."""
    for file in metadata.files(name) or []:
        if "LICEN" in file.name.upper():
            lines = file.read_text().strip().splitlines()
            if lines and len(lines[0]) <= LONGEST:
                return lines[0].strip()
    return "unknown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
