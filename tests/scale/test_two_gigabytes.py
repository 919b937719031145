"""A tidy file of 2 GB is read in flat memory (`make verify` only)."""

import json
import subprocess
import sys

import pyarrow.parquet
import pytest

BYTES = 2 << 30
MOST_MEGABYTES = 600
"""Interpreter, Arrow and DuckDB together; the file is more than three times this."""

READ = """
import json, sys
from pathlib import Path
from boloci import sources
(reading,) = sources.read([Path(sys.argv[1])], staging=Path(sys.argv[2]))
(peak,) = (
    int(line.split()[1]) >> 10
    for line in Path("/proc/self/status").read_text().splitlines()
    if line.startswith("VmHWM")
)
print(json.dumps([str(reading.tables["values"]), peak]))
"""
"""Not `ru_maxrss`: that is never less than what the process above this one held."""


@pytest.mark.slow
def test_two_gigabytes_of_values_are_read_in_flat_memory(tmp_path):
    path, staging = tmp_path / "values.csv", tmp_path / "staging"
    staging.mkdir()
    rows = write_values(path)
    made = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(staging)],
        capture_output=True,
        text=True,
        check=True,
    )
    values, megabytes = json.loads(made.stdout)
    assert pyarrow.parquet.read_metadata(values).num_rows == rows
    assert megabytes <= MOST_MEGABYTES


def write_values(path):
    """Ten years of ten elements at as many facilities as fill 2 GB."""
    months = [
        year * 100 + month for year in range(2015, 2025) for month in range(1, 13)
    ]
    block = "".join(
        f"DTP{element},facility.@,{month},,0_11m,fixed,{month % 97}\n"
        for month in months
        for element in range(10)
    )
    rows = facility = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("element,place_id,period,sex,age,strategy,value\n")
        while file.tell() < BYTES:
            facility += 1
            file.write(block.replace("@", f"{facility:06d}"))
            rows += len(months) * 10
    return rows
