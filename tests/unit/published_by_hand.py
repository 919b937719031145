"""A tiny published build in the physical contract, written by hand for tests."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa

from boloci import workspace
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
) -> Workspace:
    """A workspace in `folder` whose lake publishes these facts."""
    if not (folder / "boloci.toml").exists():
        workspace.init(folder)
    place = folder / "lake" / "facts" / profile
    place.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(place / f"{build}.duckdb")) as connection:
        _write(connection, pa.Table.from_pylist(facts, schema=FACTS), findings, build)
    (place / f"{build}.json").write_text(json.dumps({"build": build}))
    (place / "current").write_text(build + "\n")
    return workspace.open_workspace(folder)


def _write(connection, facts: pa.Table, findings, build: str) -> None:
    told = findings_table(findings, build).select(FINDINGS.names)
    connection.register("facts_in", facts)
    connection.register("findings_in", told)
    connection.execute("CREATE TABLE fact AS FROM facts_in")
    connection.execute("CREATE VIEW facts AS FROM fact")
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
        "CREATE TABLE membership(place_key INTEGER, ancestor_key INTEGER,"
        " first_month INTEGER, last_month INTEGER)"
    )
    connection.executemany("INSERT INTO membership VALUES (?, ?, ?, ?)", MEMBERSHIP)
