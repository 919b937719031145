"""Why above 100 %: what the evidence names on countries nothing was tuned on.

Each country of `bench/countries` is made with several seeds, imported and built. For
every coverage of DTP1, DTP3 and MCV1 above 100 %, at area and district, by quarter and
year, the first cause of the evidence is held against the largest true contribution
(`causes_truth`). "Cannot tell" names nothing. The second country loses its gridded
births before it is imported. The details hold the confusion matrix: true cause ->
causes named.
"""

import csv
import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Line, python

COUNTRIES = {"other_faults": (301, 302), "second_shape": (101, 102, 103, 104)}
"""Parameter files and the seeds each is made with."""
WITHOUT_GRID = {"second_shape"}
DOSES = ("DTP1", "DTP3", "MCV1")
NAMED = {"district": 0.5, "area": 0.35}
RIGHT, WRONG_STRONG = 0.8, 0.05
CANNOT_TELL = "cannot_tell"

Case = tuple[str, str, str, str, str]
Cases = Counter[Case]
"""(level, kind of period, true cause, cause named, strength) -> values."""


def causes(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Named, right and strongly wrong, by country and level."""
    for name, seeds in COUNTRIES.items():
        cases: Cases = Counter()
        for seed in seeds:
            folder = data / "causes" / f"{name}-{seed}"
            printed = python("bench.causes", name, seed, folder).output
            for *key, count in json.loads(printed.splitlines()[-1]):
                cases[tuple(key)] += count
        for level, least in NAMED.items():
            yield from lines(name, level, cases, least)


def lines(name: str, level: str, cases: Cases, least: float) -> Iterator[Line]:
    """The three figures of one country and level beside their limits."""
    mine = {key: n for key, n in cases.items() if key[0] == level}
    figures = shares(mine)
    kinds = ", ".join(
        f"{kind}s: {_said(shares({k: n for k, n in mine.items() if k[1] == kind}))}"
        for kind in ("year", "quarter")
    )
    what = f"Causes above 100 %, {name}, {level}"
    count, named, right, wrong = figures
    detail = f"{count} values; {kinds}"
    yield Line(f"{what}: named", named, least, at_least=True, detail=detail)
    detail = f"true -> named: {matrix(mine)}"
    yield Line(f"{what}: right of named", right, RIGHT, at_least=True, detail=detail)
    yield Line(f"{what}: wrong with strong evidence", wrong, WRONG_STRONG)


def shares(cases: Mapping[Case, int]) -> tuple[int, float, float, float]:
    """Values; share named; share right of those named; share strongly wrong."""
    count = sum(cases.values())
    told = {key: n for key, n in cases.items() if key[4] != CANNOT_TELL}
    named = sum(told.values())
    right = sum(n for key, n in told.items() if key[2] == key[3])
    strong = sum(
        n for key, n in told.items() if key[4] == "strong" and key[2] != key[3]
    )
    whole = max(count, 1)
    return count, named / whole, right / max(named, 1), strong / whole


def _said(figures: tuple[int, float, float, float]) -> str:
    count, named, right, wrong = figures
    return f"{count}, named {named:.2f}, right {right:.2f}, strongly wrong {wrong:.3f}"


def matrix(cases: Mapping[Case, int]) -> str:
    """The confusion matrix as words: each true cause and what it was named."""
    rows: dict[str, Counter[str]] = {}
    for (_, _, true, named, strength), count in cases.items():
        word = CANNOT_TELL if strength == CANNOT_TELL else named
        rows.setdefault(true, Counter())[word] += count
    return "; ".join(
        f"{true}: " + ", ".join(f"{word} {n}" for word, n in row.most_common())
        for true, row in sorted(rows.items(), key=lambda item: -item[1].total())
    )


def judged(name: str, seed: int, folder: Path) -> Cases:
    """Make, import and build one country, and hold its evidence against the truth."""
    from boloci import demo, pipeline, workspace
    from boloci.published import published

    shutil.rmtree(folder, ignore_errors=True)
    file = ROOT / "bench" / "countries" / f"{name}.yaml"
    written = demo.write(folder / "files", seed=seed, parameters=file)
    if name in WITHOUT_GRID:
        _leave_out_grid(folder / "files" / "targets.csv")
    made = workspace.init(folder / "workspace")
    pipeline.import_files(made, written.files, by="bench")
    pipeline.build(made)
    source = published(made, profile="boloci")
    cases: Cases = Counter()
    for code in DOSES:
        cases += of_dose(source, written.truth, code)
    shutil.rmtree(folder)
    return cases


def of_dose(source: Any, truth: Path, code: str) -> Cases:
    """The cases of one dose: evidence of rank 1 beside the largest contribution."""
    from bench.causes_truth import CAUSES, contributions

    named = {
        (place, period): (cause, strength)
        for place, period, cause, strength in source.rows(
            "SELECT p.place_id, v.period, v.cause, v.strength FROM evidence v"
            " JOIN place p ON p.place_key = v.place"
            " JOIN element e ON e.element = v.element AND e.variant = 'target'"
            f" WHERE v.rank = 1 AND e.code = '{code}'"
        )
    }
    above = dict(source.rows("SELECT place_id, parent_id FROM place"))
    with (truth / "places.csv").open(encoding="utf-8") as rows:
        areas = [row["place_id"] for row in csv.DictReader(rows)]
    cases: Cases = Counter()
    for level, places in (
        ("area", {area: area for area in areas}),
        ("district", {area: above[area] for area in areas}),
    ):
        for row in contributions(truth, places, code).to_pylist():
            found = named.get((row["place"], row["period"]))
            if found:
                kind = "year" if row["period"] % 100 == 0 else "quarter"
                true = max((*CAUSES, "chance"), key=lambda cause: row[cause])
                cases[level, kind, true, *found] += 1
    return cases


def _leave_out_grid(path: Path) -> None:
    kept = [
        line
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.endswith("worldpop") and not line.endswith('"worldpop"')
    ]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"causes": causes}


if __name__ == "__main__":
    found = judged(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps([[*key, count] for key, count in found.items()]))
