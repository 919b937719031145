"""Rows of places from two kinds of source, as one `places` table."""

import pyarrow as pa

from boloci.tables import SNAPSHOT


def together(units: pa.Table, tidy: pa.Table) -> pa.Table:
    """Dated rows of DHIS2 units and of tidy files: `tables.SNAPSHOT["places"]`.

    A tidy row goes before a unit's row of the same place and `valid_from`; where a
    cell of it is blank, the unit's stays. Other rows of the place stay beside it: a
    tidy file may say where a district was before the day from which DHIS2 knows it.
    """
    schema = SNAPSHOT["places"]
    rows: dict[tuple[object, object], dict[str, object]] = {}
    for table in (units, tidy):
        for row in table.select(schema.names).to_pylist():
            known = rows.setdefault((row["place_id"], row["valid_from"]), row)
            known |= {name: cell for name, cell in row.items() if cell is not None}
    return pa.Table.from_pylist(list(rows.values()), schema=schema)
