"""The parts of the guides that come from the code: written, or checked with --check.

usage: python -m doors.pages [--check]

A guide holds a pair of marks, `<!-- tables -->` and `<!-- /tables -->`; what stands
between them is written from `boloci.tables` and `doors/pages.yaml`.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from boloci.tables import TIDY, Column, Table

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("fr", "en")
MARKED = re.compile(r"(<!-- tables -->\n).*?(<!-- /tables -->)", re.DOTALL)


def main(arguments: list[str]) -> int:
    """Write the pages; with --check, say which are not as they would be written."""
    words = yaml.safe_load((ROOT / "doors/pages.yaml").read_text(encoding="utf-8"))
    stale = []
    for language in LANGUAGES:
        page = ROOT / "docs" / "guide" / f"{language}.md"
        old = page.read_text(encoding="utf-8")
        new = MARKED.sub(lambda m: m[1] + tables(words, language) + m[2], old)  # noqa: B023
        if new == old:
            continue
        stale.append(page.relative_to(ROOT))
        if "--check" not in arguments:
            page.write_text(new, encoding="utf-8")
    if "--check" not in arguments or not stale:
        return 0
    print(f"not as written by python -m doors.pages: {', '.join(map(str, stale))}")
    return 1


def tables(words: dict[str, Any], language: str) -> str:
    """Every tidy table as a heading, a sentence and a table of its columns."""
    return "\n".join(
        "\n".join(_table(table, words, language)) for table in TIDY.values()
    )


def _table(table: Table, words: dict[str, Any], language: str) -> Iterator[str]:
    heading = words["heading"][language]
    yield from (f"\n### {table.name}.csv\n", words["tables"][table.name][language], "")
    yield f"| {' | '.join(heading)} |"
    yield "|" + " --- |" * len(heading)
    for column in table.columns:
        required = words["required"][language] if column.required else ""
        blank = column.blank if language == "en" else _french(column.blank, words)
        kind, blank = _kind(column, words, language), blank.replace("|", "\\|")
        yield f"| `{column.name}` | {kind} | {required} | {blank} |"
    yield f"\n{words['key'][language]} {', '.join(f'`{k}`' for k in table.key)}.\n"


def _kind(column: Column, words: dict[str, Any], language: str) -> str:
    if column.words:
        return ", ".join(f"`{word}`" for word in column.words)
    return str(words["kinds"][column.kind][language])


def _french(blank: str, words: dict[str, Any]) -> str:
    return str(words["blank_fr"][blank]) if blank else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
