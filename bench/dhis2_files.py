"""DHIS2 exports of any size: synthetic values in the shape of a real server's files.

usage: python -m bench.dhis2_files csv FILE ROWS
       python -m bench.dhis2_files json FOLDER ROWS ROWS_A_PAGE
       python -m bench.dhis2_files tree FOLDER PLACES
"""

import json
import random
import string
import sys
from pathlib import Path

import duckdb

ELEMENTS, OPTIONS = 24, 8
PLACES = 1_700
COLUMNS = {
    "dataelement": "e.uid",
    "period": "strftime(date '2015-01-01' + to_months((i // (24 * 8 * 1700))::int),"
    " '%Y%m')",
    "orgunit": "p.uid",
    "categoryoptioncombo": "o.uid",
    "attributeoptioncombo": "'HllvX50cXC0'",
    "value": "((hash(i) % 97) + (i % 13))::varchar",
    "storedby": "'district' || (i % 75)",
    "lastupdated": "'2024-03-0' || (1 + i % 9) || 'T10:12:31.000+0000'",
    "comment": "''",
    "followup": "false",
    "deleted": "false",
}
JSON_NAMES = {
    "dataelement": "dataElement",
    "orgunit": "orgUnit",
    "categoryoptioncombo": "categoryOptionCombo",
    "attributeoptioncombo": "attributeOptionCombo",
    "storedby": "storedBy",
    "lastupdated": "lastUpdated",
}
NOT_IN_JSON = ("comment", "deleted")


def uids(kind: str, count: int) -> list[str]:
    """DHIS2 identifiers, the same ones every time: a letter and ten more signs."""
    chance = random.Random(kind)
    signs = string.ascii_letters + string.digits
    return [
        chance.choice(string.ascii_letters) + "".join(chance.choices(signs, k=10))
        for _ in range(count)
    ]


def _values(rows: int) -> tuple[duckdb.DuckDBPyConnection, str]:
    """A connection and the query of `rows` values, element fastest."""
    con = duckdb.connect()
    con.execute("set preserve_insertion_order = true")
    for kind, count in (("e", ELEMENTS), ("o", OPTIONS), ("p", PLACES)):
        listed = [(i, uid) for i, uid in enumerate(uids(kind, count))]
        con.execute(f"create table {kind} (n int, uid varchar)")
        con.executemany(f"insert into {kind} values (?, ?)", listed)
    columns = ", ".join(f"{sql} as {name}" for name, sql in COLUMNS.items())
    return con, (
        f"select {columns} from range({rows}) r(i)"
        f" join e on e.n = i % {ELEMENTS}"
        f" join o on o.n = (i // {ELEMENTS}) % {OPTIONS}"
        f" join p on p.n = (i // {ELEMENTS * OPTIONS}) % {PLACES}"
    )


def make_csv(file: Path, rows: int) -> None:
    """One dataValueSets CSV, every cell quoted as DHIS2 does."""
    con, query = _values(rows)
    con.execute(f"copy ({query}) to '{file}' (header, delimiter ',', force_quote *)")


def make_json(folder: Path, rows: int, rows_a_page: int) -> None:
    """dataValueSets JSON, one file a page."""
    folder.mkdir(parents=True, exist_ok=True)
    con, query = _values(rows)
    result = con.execute(query)
    names = [JSON_NAMES.get(name, name) for name in COLUMNS]
    page = 0
    while batch := result.fetchmany(rows_a_page):
        page += 1
        values = [
            {n: v for n, v in zip(names, row, strict=True) if n not in NOT_IN_JSON}
            for row in batch
        ]
        text = json.dumps({"dataValues": values}, separators=(",", ":"))
        (folder / f"page-{page:03}.json").write_text(text)


def make_tree(folder: Path, places: int = PLACES) -> None:
    """Organisation units, data elements and option combinations of those values."""
    folder.mkdir(parents=True, exist_ok=True)
    country = "ImspTQPwCqd"
    tree = [{"id": country, "name": "Pays", "level": 1, "path": f"/{country}"}] + [
        {
            "id": uid,
            "name": f"Aire {i:04}",
            "level": 2,
            "path": f"/{country}/{uid}",
            "parent": {"id": country},
        }
        for i, uid in enumerate(uids("p", places))
    ]
    doses = "BCG OPV0 OPV1 OPV2 OPV3 Penta1 Penta2 Penta3 PCV1 PCV2 PCV3 Rota1 Rota2"
    doses += " Rota3 IPV1 IPV2 MR1 MR2 YF MenA HPV Td1 Td2 Td3"
    elements = [
        {"id": uid, "name": f"{dose} doses given"}
        for uid, dose in zip(uids("e", ELEMENTS), doses.split(), strict=True)
    ]
    options = [
        {"id": uid, "name": f"{place}, {age}"}
        for uid, (place, age) in zip(
            uids("o", OPTIONS),
            [
                (place, age)
                for place in ("Fixed", "Outreach", "Mobile", "Campaign")
                for age in ("<1y", ">1y")
            ],
            strict=True,
        )
    ]
    for name, content in (
        ("organisationUnits", tree),
        ("dataElements", elements),
        ("categoryOptionCombos", options),
    ):
        (folder / f"{name}.json").write_text(json.dumps({name: content}))


if __name__ == "__main__":
    kind, path, *numbers = sys.argv[1:]
    makers = {"csv": make_csv, "json": make_json, "tree": make_tree}
    makers[kind](Path(path), *map(int, numbers))
