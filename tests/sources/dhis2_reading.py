"""Write a small DHIS2 file, read it, look at what came out."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from boloci.sources import dhis2
from boloci.sources.reading import Input, Reading

HEADER = (
    '"dataelement","period","orgunit","categoryoptioncombo","attributeoptioncombo",'
    '"value","storedby","lastupdated","comment","followup","deleted"'
)
BCG, PENTA1 = "s46m5MS0hxu", "fClA2Erf6IO"
FIXED, OUTREACH, DEFAULT = "Prlt0C1RF0s", "V6L425pT3A0", "HllvX50cXC0"
NGELEHUN, BADJIA = "DiszpKrYNg8", "YuQRtpLP10I"


def line(
    value,
    *,
    element=BCG,
    period="202401",
    place=NGELEHUN,
    option=FIXED,
    updated="2024-02-01T00:00:00.000+0000",
    comment="",
    deleted="",
) -> str:
    cells = [element, period, place, option, DEFAULT, value, "admin", updated, comment]
    return ",".join(f'"{cell}"' for cell in (*cells, "false", deleted))


def csv_file(folder: Path, *lines: str, name="values.csv", header=HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
    return path


def json_file(folder: Path, content, name="file.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def value(amount, *, element=BCG, period="202401", place=NGELEHUN, **rest) -> dict:
    return {
        "dataElement": element,
        "period": period,
        "orgUnit": place,
        "categoryOptionCombo": FIXED,
        "attributeOptionCombo": DEFAULT,
        "value": amount,
        **rest,
    }


def read(path: Path) -> Reading:
    staging = path.parent / f"staging-{path.name}"
    staging.mkdir()
    source = Input(path=path, name=path.name, sha256="0" * 64)
    return dhis2.read(source, staging=staging, progress=lambda _step, _share: None)


def rows(reading: Reading, table="values") -> list[dict]:
    content = reading.tables[table]
    content = content if isinstance(content, pa.Table) else pq.read_table(content)
    return content.to_pylist()


def rules(reading: Reading) -> dict:
    return {finding.rule: finding for finding in reading.findings}
