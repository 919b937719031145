"""A workspace's own mapping of local identifiers and names to codes.

`catalogue/mapping.csv`, UTF-8, comma or semicolon, one row a source element or option:

    source_id,code,sex,age,strategy
    fbfJHSPpUQD,ANC1,,,
    "Vaccin antituberculeux",BCG,,0_11m,fixed
    vvm01234567,PENTA.lost,,,         stock: PRODUCT.ROLE
    sess1234567,sessions.held,,,outreach
    pop01234567,surviving_infants,,,
    net01234567,none,,,               known, but not used
    Prlt0C1RF0s,,,0_11m,fixed         no code: a category option combination
    expired0001,not_dose,,,           an option that is no dose

It is read before anything else: what a person has decided is not guessed at.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import process

from boloci.catalogue.definitions import ALLOWED, Element
from boloci.catalogue.lexicon import squash
from boloci.catalogue.meanings import Meaning, Part
from boloci.problems import Problem, Refused, Where, refuse

COLUMNS = ("source_id", "code", "sex", "age", "strategy")
STOCK_ROLES = ("opening", "received", "issued", "lost", "closing", "stockout_days")
SESSION_ROLES = ("planned", "held")


@dataclass(frozen=True)
class Mapped:
    """What a mapping file says, by source text and by `=` + its letters and digits."""

    elements: Mapping[str, Meaning]
    options: Mapping[str, Part]
    content: tuple[tuple[str, ...], ...]


def read_mapping(
    path: Path,
    *,
    elements: Mapping[str, Element],
    products: Mapping[str, Any],
    populations: Mapping[str, Any],
) -> Mapped:
    """Read a mapping file whole.

    Raises `Refused` with every wrong row: unknown code or word, a source twice with
    two meanings, no header.
    """
    meanings: dict[str, Meaning] = {}
    parts: dict[str, Part] = {}
    problems: list[Problem] = []
    rows = _rows(path)
    for number, row in rows:
        try:
            found = _meaning(path, number, row, elements, products, populations)
        except Refused as refused:
            problems.extend(refused.problems)
            continue
        source = row["source_id"]
        kept: dict[str, Any] = parts if isinstance(found, Part) else meanings
        if kept.get(source, found) != found:
            where = Where(str(path), row=number, column="source_id", text=source)
            problems.append(Problem("mapping_source_twice", where))
        kept[source] = found
        kept.setdefault(f"={squash(source)}", found)
    if problems:
        raise Refused(*problems)
    content = tuple(tuple(row[name] for name in COLUMNS) for _number, row in rows)
    return Mapped(meanings, parts, content)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("catalogue_not_utf8", Where(file=str(path))) from error
    lines = text.splitlines()
    header = lines[0] if lines else ""
    separator = ";" if header.count(";") > header.count(",") else ","
    reader = csv.DictReader(lines, delimiter=separator)
    names = [(name or "").strip().lower() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS[:2] if name not in names]
    if missing:
        where = Where(file=str(path), row=1, text=header)
        raise refuse("mapping_no_column", where, column=missing[0])
    reader.fieldnames = names
    found = []
    for row in reader:
        cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
        if cells["source_id"]:
            found.append((reader.line_num, cells))
    return found


def _meaning(
    path: Path,
    number: int,
    row: Mapping[str, str],
    elements: Mapping[str, Element],
    products: Mapping[str, Any],
    populations: Mapping[str, Any],
) -> Meaning | Part:
    parts = {name: row[name] for name in ("sex", "age", "strategy")}
    for name, word in parts.items():
        if word and word not in ALLOWED[name]:
            where = Where(str(path), row=number, column=name, text=word)
            known = ", ".join(ALLOWED[name])
            raise refuse("mapping_unknown_word", where, known=known)
    code = row["code"]
    if not code:
        return Part(parts["sex"], parts["age"], parts["strategy"])
    if code == "not_dose":
        return Part(dose=False)
    if code == "none":
        return Meaning("none", "", how="mapping")
    found = _by_code(code, elements, products, populations)
    if found:
        return Meaning(*found, **parts, how="mapping")
    where = Where(str(path), row=number, column="code", text=code)
    near = process.extract(code, [*elements, *populations], limit=3)
    raise refuse("mapping_unknown_code", where, closest=", ".join(n[0] for n in near))


def _by_code(
    code: str,
    elements: Mapping[str, Element],
    products: Mapping[str, Any],
    populations: Mapping[str, Any],
) -> tuple[str, str, str] | None:
    """(table, code, role) that a code of the mapping file stands for."""
    if code in populations:
        return "targets", code, ""
    head, dot, role = code.partition(".")
    if dot and head == "sessions" and role in SESSION_ROLES:
        return "sessions", "", role
    if dot and head.upper() in products and role in STOCK_ROLES:
        return "stock", head.upper(), role
    names = {squash(c): c for c in elements}
    for element in elements.values():
        for alias in element.aliases:
            names.setdefault(squash(alias), element.code)
    found = names.get(squash(code))
    return ("values", found, "") if found else None
