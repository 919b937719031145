"""How far adjusted doses lie from the truth, on countries nothing was tuned on.

usage: python -m bench.adjusting COUNTRY SEED FOLDER   (the measured side: prints JSON)
Each country is made, imported, counted and adjusted by profile `boloci`. Truth is what
units would have reported had all reported and none wrongly (`before_faults` of
truth/doses.parquet): stock-outs, closures and displaced children are in it, so is what
an area always reports too much. The scenarios are held against it in yearly sums, of
units and of districts; the least size of an outlier that is replaced
(`outlier_replaced_from`) is tried at other values too, on the years of units with a
high outlier. Reasons: docs/decisions/0007.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Line, python

COUNTRIES = {"other_faults": (501,), "second_shape": (501, 502), "mali": (501,)}
"""Parameter files (`mali`: the demonstration's own) and seeds that chose nothing: 401
and 402 were looked at before `outlier_replaced_from` was set."""
SCENARIOS = ("reported", "outliers", "completeness", "both")
TIMES = (1.0, 2.0, 3.0, 4.0, 6.0)
"""Values of `outlier_replaced_from` that are tried."""
WRONG_FROM = 1.5
"""A reported month counts as wrong from so many times the truth."""


def adjusting(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Mean errors of each scenario and threshold, by country and seed.

    Scenario `outliers` alone is judged where it has something to replace: sums that
    lack reports are too low, and a spike taken out of them makes them lower still.
    """
    for name, seeds in COUNTRIES.items():
        for seed in seeds:
            folder = data / "adjusting" / f"{name}-{seed}"
            printed = python("bench.adjusting", name, seed, folder).output
            told = json.loads(printed.splitlines()[-1])
            yield from lines(f"{name} {seed}", told)


def lines(country: str, told: dict[str, Any]) -> Iterator[Line]:
    """Each scenario's error beside that of the reported sums."""
    for level, errors in told["errors"].items():
        said = ", ".join(f"{name} {100 * error:.2f}" for name, error in errors.items())
        for name in ("completeness", "both"):
            yield Line(
                f"Adjusted doses, {country}, years of {level}: error of {name}",
                100 * errors[name],
                100 * errors["reported"],
                unit="%",
                detail=said,
            )
    tried = told["tried"]
    yield Line(
        f"Adjusted doses, {country}, years with a high outlier: error of outliers",
        100 * tried[str(told["replaced_from"])]["error"],
        100 * tried["none"]["error"],
        unit="%",
        detail="; ".join(f"from {times}: {_said(row)}" for times, row in tried.items()),
    )


def _said(row: dict[str, float]) -> str:
    return (
        f"{100 * row['error']:.2f} % ({row['cells']} cells, {row['wrong']} of them"
        f" wrong; sums made better {row['better']}, worse {row['worse']})"
    )


def judged(name: str, seed: int, folder: Path) -> dict[str, Any]:
    """Make, count and adjust one country, and hold it against its truth."""
    from boloci.lake.engines import connect
    from boloci.pipeline import adjusting, cubes

    known, truth = _country(name, seed, folder)
    engine = connect()
    rules = cubes.count(engine, known, profile="boloci")
    _put_truth(engine, known, truth)
    adjusting.adjust(engine, known, rules)
    errors = {level: _errors(engine, level) for level in ("units", "districts")}
    engine.create(
        "high_years",
        "SELECT DISTINCT unit, element, period // 100 AS year FROM outliers"
        " WHERE high AND (unit, element) IN (SELECT unit, element FROM truth)",
    )
    chosen = float(rules.profile.value("outlier_replaced_from"))
    tried: dict[str, dict[str, float]] = {}
    for times in sorted({*TIMES, chosen}):
        engine.drop("outliers", "adjustments", "adjusted_counts")
        other = replace(rules, profile=_with(rules.profile, times))
        adjusting.adjust(engine, known, other)
        if not tried:
            tried["none"] = _tried(engine, "FALSE")
        tried[str(times)] = _tried(engine, "TRUE")
    engine.connection.close()
    shutil.rmtree(folder)
    return {"errors": errors, "tried": tried, "replaced_from": chosen}


def _country(name: str, seed: int, folder: Path) -> tuple[Any, Path]:
    """A country's imported data, understood, and the folder of its truth."""
    from boloci import demo, pipeline, workspace
    from boloci.lake import snapshots
    from boloci.pipeline.understanding import understand

    shutil.rmtree(folder, ignore_errors=True)
    held_out = ROOT / "bench" / "countries" / f"{name}.yaml"
    parameters = held_out if held_out.exists() else None
    written = demo.write(folder / "files", seed=seed, parameters=parameters)
    made = workspace.init(folder / "workspace")
    pipeline.import_files(made, written.files, by="a bench")
    return understand(made, snapshots.live(made.lake)), written.truth


def _put_truth(engine: Any, known: Any, truth: Path) -> None:
    """Table `truth`: unit, element, period, sound (true doses), total (reported)."""
    from boloci.pipeline.mapping import TARGET

    keys = ", ".join(
        f"('{code}', {key})"
        for (code, variant), key in known.mapped.keys.items()
        if variant == TARGET
    )
    engine.create(
        "truth",
        "SELECT p.place_key AS unit, k.element::SMALLINT AS element,"
        " t.period::INTEGER AS period, t.before_faults::DOUBLE AS sound, u.total"
        f" FROM '{truth / 'doses.parquet'}' t JOIN place p USING (place_id)"
        f" JOIN (VALUES {keys}) k(code, element) ON k.code = t.element"
        " LEFT JOIN unit_counts u ON u.unit = p.place_key"
        " AND u.element = k.element AND u.period = t.period::INTEGER",
    )


def _with(profile: Any, times: float) -> Any:
    """The profile with another least size of an outlier that is replaced."""
    import msgspec

    name = "outlier_replaced_from"
    constant = msgspec.structs.replace(profile.constants[name], value=times)
    constants = {**profile.constants, name: constant}
    return msgspec.structs.replace(profile, constants=constants)


def _errors(engine: Any, level: str) -> dict[str, float]:
    """Mean |sum - truth| / truth of yearly sums under each scenario."""
    from boloci.codes import METHODS

    place = "t.unit" if level == "units" else "d.district"
    inside = (
        ""
        if level == "units"
        else " JOIN (SELECT m.unit, m.place AS district, m.first_month, m.last_month"
        " FROM membership m JOIN place p ON p.place_key = m.place"
        " WHERE p.level = 'district') d ON d.unit = t.unit"
        " AND t.period BETWEEN d.first_month AND d.last_month"
    )
    found = {}
    for name in SCENARIOS:
        [(found[name],)] = engine.rows(
            "SELECT avg(abs(doses - sound) / sound) FROM ("
            " SELECT sum(t.sound) AS sound, sum(coalesce(CASE WHEN a.place IS NULL"
            " THEN t.total ELSE a.after END, 0)) AS doses"
            f" FROM truth t LEFT JOIN adjustments a ON a.method = {METHODS.index(name)}"
            " AND a.place = t.unit AND a.element = t.element AND a.period = t.period"
            f"{inside} GROUP BY {place}, t.element, t.period // 100) WHERE sound > 0"
        )
    return found


def _tried(engine: Any, replacing: str) -> dict[str, float]:
    """Error of the years of units with a high outlier, and what replacing did."""
    [(error, cells, wrong, better, worse)] = engine.rows(
        "WITH month AS ("
        " SELECT t.*, year, o.replacement AS new FROM truth t"
        " JOIN high_years y ON y.unit = t.unit AND y.element = t.element"
        " AND y.year = t.period // 100"
        " LEFT JOIN outliers o ON o.unit = t.unit AND o.element = t.element"
        f" AND o.period = t.period AND o.high AND {replacing}),"
        " year AS (SELECT sum(sound) AS sound, sum(coalesce(total, 0)) AS before,"
        " sum(coalesce(new, total, 0)) AS after FROM month"
        " GROUP BY unit, element, year)"
        " SELECT avg(abs(after - sound) / sound),"
        " (SELECT count(new) FROM month),"
        f" (SELECT count(new) FROM month WHERE total >= {WRONG_FROM} * sound),"
        " count(*) FILTER (WHERE abs(after - sound) < abs(before - sound) - 1),"
        " count(*) FILTER (WHERE abs(after - sound) > abs(before - sound) + 1)"
        " FROM year WHERE sound > 0"
    )
    return {
        "error": error,
        "cells": cells,
        "wrong": wrong,
        "better": better,
        "worse": worse,
    }


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"adjusting": adjusting}

if __name__ == "__main__":
    print(json.dumps(judged(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
