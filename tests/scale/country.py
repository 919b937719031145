"""A small country in tidy files, and the command line as a process of its own."""

import csv
import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import boloci as product

BOLOCI = Path(sys.executable).with_name("boloci")
YEARS = (2022, 2023)
DOSES = {"BCG": 40, "DTP1": 38, "DTP3": 33, "MCV1": 30}
ENVIRONMENT = {
    # As a user's: Python may keep what it compiled, which halves the start.
    **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
    "BOLOCI_LANGUAGE": "en",
}


def boloci(
    workspace: Path, *arguments: str | Path, check: bool = True, **rest: object
) -> subprocess.CompletedProcess:
    """Run one command to its end; with `check`, anything but exit 0 fails the test."""
    rest.setdefault("env", ENVIRONMENT)
    done = subprocess.run(
        command(workspace, *arguments),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        **rest,
    )
    if check:
        assert done.returncode == 0, f"{arguments}: {done.stdout}\n{done.stderr}"
    return done


def command(workspace: Path, *arguments: str | Path) -> list[str]:
    """The words of one command in a workspace, in English."""
    options = ["--workspace", str(workspace), "--language", "en"]
    return [str(BOLOCI), *options, *map(str, arguments)]


def write_country(folder: Path, *, areas: int = 12) -> dict[int, list[Path]]:
    """Tidy files by year: the first year brings the tree and targets as well."""
    folder.mkdir(parents=True, exist_ok=True)
    units = [f"A{i:02}" for i in range(areas)]
    tree = [("ML", "Pays", "country", ""), ("R1", "Région", "region", "ML")]
    tree += [("D0", "District Nord", "district", "R1")]
    tree += [("D1", "District Sud", "district", "R1")]
    tree += [(u, f"Aire {u}", "area", f"D{i % 2}") for i, u in enumerate(units)]
    first = [
        _written(folder / "places.csv", "place_id,name,level,parent_id", tree),
        _written(
            folder / "targets.csv",
            "population,place_id,year,value",
            [
                (population, unit, year, 480)
                for population in ("surviving_infants", "live_births")
                for unit in units
                for year in YEARS
            ],
        ),
    ]
    return {
        year: [*(first if year == YEARS[0] else []), _values(folder, year, units)]
        for year in YEARS
    }


def _values(folder: Path, year: int, units: list[str]) -> Path:
    rows = [
        (dose, unit, year * 100 + month, number + (index * month + year) % 5)
        for index, unit in enumerate(units)
        for month in range(1, 13)
        for dose, number in DOSES.items()
    ]
    file = folder / f"values-{year}.csv"
    return _written(file, "element,place_id,period,value", rows)


def _written(file: Path, header: str, rows: Iterable[tuple]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return file


def facts(workspace: Path) -> list[str]:
    """Every published fact as text in a fixed order, without the build's name."""
    table = product.open(workspace).facts().drop_columns("build")
    columns = [column.to_pylist() for column in table.columns]
    return sorted(map(repr, zip(*columns, strict=True)))


def imports(workspace: Path) -> int:
    """How many snapshots the workspace holds."""
    return len(list((workspace / "lake" / "snapshots").glob("[0-9]*-*")))


def published(workspace: Path) -> str:
    """Name of the build that readers see."""
    return (workspace / "lake" / "facts" / "boloci" / "current").read_text()
