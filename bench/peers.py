"""The peers: what a programmer would write with the usual library, and no more.

usage: python -m bench.peers pandas_csv FILE
       python -m bench.peers orjson_rows PAGE...
Do not slow them down.
"""

import sys


def pandas_csv(file: str) -> int:
    """Rows of a CSV file, read by pandas alone: nothing checked, nothing written."""
    import pandas as pd

    return len(pd.read_csv(file))


def orjson_rows(*pages: str) -> int:
    """Rows of DHIS2 JSON pages as tuples, by orjson alone: nothing kept or written."""
    from operator import itemgetter
    from pathlib import Path

    import orjson

    names = ("dataElement", "period", "orgUnit", "categoryOptionCombo")
    wanted = itemgetter(*names, "attributeOptionCombo", "value")
    count = 0
    for page in pages:
        values = orjson.loads(Path(page).read_bytes())["dataValues"]
        count += len(list(map(wanted, values)))
    return count


if __name__ == "__main__":
    print(
        {"pandas_csv": pandas_csv, "orjson_rows": orjson_rows}[sys.argv[1]](
            *sys.argv[2:]
        )
    )
