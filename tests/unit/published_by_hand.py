"""A tiny published build in the physical contract, written by hand for tests."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from boloci import periods, workspace
from boloci.tables import FACTS, FINDINGS, Finding, findings_table
from boloci.workspace import Workspace

BUILD = "20240501T120000-abcdef"

PLACES = [
    # key, id, name, level, parent, path, aliases
    (0, "ML", "Mali", "country", "", "/ML", ""),
    (1, "R1", "Sikasso", "region", "ML", "/ML/R1", ""),
    (2, "R2", "Ségou", "region", "ML", "/ML/R2", ""),
    (3, "D1", "Bougouni", "district", "R1", "/ML/R1/D1", ""),
    (4, "D2", "Ségou", "district", "R2", "/ML/R2/D2", "Segou ville"),
    (5, "A1", "N'Debougou", "area", "D2", "/ML/R2/D2/A1", ""),
    (6, "A2", "Kologo", "area", "D1", "/ML/R1/D1/A2", ""),
    (7, "A3", "Kologo", "area", "D2", "/ML/R2/D2/A3", ""),
    (8, "lh", "Learning Hub", "group", "", "/lh", "pôle d'apprentissage"),
]

MEMBERSHIP = [
    (key, ancestor, 190001, 219912)
    for key, ancestor in [
        *((key, key) for key in range(9)),
        *((key, 0) for key in range(1, 8)),
        *((key, 1) for key in (3, 6)),
        *((key, 2) for key in (4, 5, 7)),
        *((key, 4) for key in (5, 7)),
        (6, 3),
        (6, 8),
        (5, 8),
    ]
]


def fact(
    indicator="dtp1_doses",
    place_id="ML",
    period="2024Q1",
    value: float | None = 100.0,
    **rest,
) -> dict:
    """One row of facts: what is not given follows from the place or is usual."""
    named = {row[1]: row for row in PLACES}[place_id]
    row = {
        "indicator": indicator,
        "place_id": place_id,
        "place": named[2],
        "level": named[3],
        "period": period,
        "sex": "",
        "profile": "boloci",
        "method": "reported",
        "denominator_source": "",
        "numerator": value,
        "value": value,
        "unit": "doses",
        "flags": "",
        "expected": 3,
        "received": 3,
        "build": BUILD,
    }
    return {**dict.fromkeys(FACTS.names), **row, **rest}


def publish(
    folder: Path,
    facts: list[dict],
    findings: tuple[Finding, ...] = (),
    *,
    build: str = BUILD,
    profile: str = "boloci",
    flag_bits: int = 64,
) -> Workspace:
    """A workspace in `folder` whose lake publishes these facts.

    `flag_bits`: 32 is what older builds hold flags in.
    """
    if not (folder / "boloci.toml").exists():
        workspace.init(folder)
    place = folder / "lake" / "facts" / profile
    place.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(place / f"{build}.duckdb")) as connection:
        table = pa.Table.from_pylist(facts, schema=FACTS)
        _write(connection, table, findings, build, flag_bits)
    (place / f"{build}.json").write_text(json.dumps({"build": build}))
    (place / "current").write_text(build + "\n")
    return workspace.open_workspace(folder)


METHODS = ("reported", "outliers", "completeness", "both")
DENOMINATORS = ("", "target", "un")
SEXES = ("", "female", "male")
COUNTED = {"dtp1_doses": 1, "dtp3_doses": 2}
"""Indicators whose facts are counts as they stand -> number of their element."""


def _write(connection, facts: pa.Table, findings, build: str, flag_bits: int) -> None:
    """The star of a build: numbers, the tables that name them, the view `facts`."""
    rows = facts.to_pylist()
    names = sorted({row["indicator"] for row in rows})
    flags = sorted({row["flags"] or "" for row in rows} | {""})
    keys = {row[1]: row[0] for row in PLACES}
    units = {row["indicator"]: row["unit"] for row in rows}
    stored, counted = [], []
    for row in rows:
        here = {
            "place": keys[row["place_id"]],
            "period": periods.code(row["period"]),
            "sex": SEXES.index(row["sex"]),
            "value": row["value"],
            "flags": flags.index(row["flags"] or ""),
            "expected": row["expected"],
            "received": row["received"],
        }
        if row["indicator"] in COUNTED:
            counted.append({**here, "element": COUNTED[row["indicator"]]})
            continue
        more = {
            "indicator_key": names.index(row["indicator"]),
            "method": METHODS.index(row["method"]),
            "denominator_source": DENOMINATORS.index(row["denominator_source"]),
            "numerator": row["numerator"],
            "denominator": row["denominator"],
        }
        stored.append({**here, **more})
    small = ("indicator_key", "sex", "method", "denominator_source", "element")
    whole = ("place", "period", "expected", "received")
    kinds = dict.fromkeys(small, pa.int8()) | dict.fromkeys(whole, pa.int32())
    kinds["flags"] = pa.int64() if flag_bits == 64 else pa.int32()
    numbers = dict.fromkeys(("numerator", "denominator", "value"), pa.float64())

    def table(name: str, lines: list[dict], columns: str) -> None:
        schema = pa.schema([(c, (kinds | numbers)[c]) for c in columns.split()])
        connection.register("lines", pa.Table.from_pylist(lines, schema=schema))
        connection.execute(f"CREATE TABLE {name} AS FROM lines")

    common = "place period sex value flags expected received"
    table(
        "computed_fact",
        stored,
        f"indicator_key method denominator_source numerator denominator {common}",
    )
    table("count_fact", counted, f"element {common}")
    for name, heading, listed in (
        ("method_word", "method", METHODS),
        ("denominator_source_word", "denominator_source", DENOMINATORS),
        ("flag_word", "flags", flags),
    ):
        kind = f"INT{flag_bits // 8}" if heading == "flags" else "INTEGER"
        connection.execute(f"CREATE TABLE {name}({heading} {kind}, word VARCHAR)")
        connection.executemany(
            f"INSERT INTO {name} VALUES (?, ?)", list(enumerate(listed))
        )
    connection.execute(
        "CREATE TABLE indicator(indicator_key SMALLINT, indicator VARCHAR,"
        " unit VARCHAR, element SMALLINT, relation VARCHAR)"
    )
    connection.executemany(
        "INSERT INTO indicator VALUES (?, ?, ?, ?, ?)",
        [
            (
                i,
                name,
                units[name],
                COUNTED.get(name),
                "count_fact" if name in COUNTED else "computed_fact",
            )
            for i, name in enumerate(names)
        ],
    )
    connection.execute("CREATE VIEW fact AS FROM computed_fact")
    connection.execute(
        "CREATE VIEW every_count AS SELECT i.indicator_key, c.place, c.period, c.sex,"
        " 0::TINYINT AS method, 0::TINYINT AS denominator_source, c.value AS numerator,"
        " NULL::DOUBLE AS denominator, c.value, c.flags, c.expected, c.received"
        " FROM count_fact c JOIN indicator i USING (element)"
    )
    told = findings_table(findings, build).select(FINDINGS.names)
    connection.register("findings_in", told)
    connection.execute("CREATE TABLE findings AS FROM findings_in")
    connection.execute(
        "CREATE TABLE place(place_key INTEGER, place_id VARCHAR, name VARCHAR,"
        " level VARCHAR, parent_id VARCHAR, path VARCHAR, aliases VARCHAR,"
        " valid_from DATE, valid_to DATE)"
    )
    connection.executemany(
        "INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL)", PLACES
    )
    connection.execute(
        "CREATE TABLE membership(unit INTEGER, place INTEGER,"
        " first_month INTEGER, last_month INTEGER)"
    )
    connection.executemany("INSERT INTO membership VALUES (?, ?, ?, ?)", MEMBERSHIP)
