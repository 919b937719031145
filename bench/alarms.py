"""How often checks cry wolf, and how much of what was planted they find.

usage: python -m bench.alarms FOLDER      (the measured side: prints JSON)
Two synthetic countries are made, imported and built: one without a fault, where every
finding is a false alarm or a real oddity of a sound country, and one with the faults
of the answer key.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import Line, python

WARNINGS = 2.0
"""Warnings in a hundred area-years of a fault-free country, for one rule."""
OF_SERIES = (
    *("silent_unit", "late_together", "reports_late", "outlier_high", "outlier_low"),
    *("level_shift", "heaping", "copied_forward", "same_across_antigens"),
)
"""Rules over monthly series, that chance alone must hardly ever set off."""
SOUGHT: dict[str, tuple[str, tuple[str, ...]]] = {
    "silence": ("silent_unit", ("silence", "closure")),
    "late_together": ("late_together", ("late_together",)),
    "spike": ("outlier_high", ("spike", "typing")),
    "typing": ("outlier_high", ("spike", "typing")),
    "copy_forward": ("copied_forward", ("copy_forward",)),
    "heaping": ("heaping", ("heaping",)),
}
"""Kind of fault -> the rule that is to find it, and the kinds that rule finds."""
FOUND = {"silence": 95, "late_together": 60, "spike": 60, "typing": 60}
FOUND |= {"copy_forward": 80, "heaping": 60}
"""Share of each kind (%) that is to be found."""


def alarms(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """False alarms of each rule, and the planted faults that were found."""
    told = json.loads(python("bench.alarms", data / "alarms").output.splitlines()[-1])
    yield Line("Findings a place, year and rule, at most", told["most"], 1)
    for rule, (all_, warnings) in sorted(told["rates"].items()):
        yield Line(
            f"Fault-free country, {rule}: warnings in 100 area-years",
            warnings,
            WARNINGS,
            detail=f"with information: {all_:.2f}",
        )
    for kind, score in told["scores"].items():
        yield Line(
            f"Planted {kind} found by {SOUGHT[kind][0]}",
            score["found"],
            FOUND[kind],
            at_least=True,
            unit="%",
            detail=f"{score['planted']} planted; of the rule's {score['told']} warnings"
            f" at areas {score['true']:.0f} % are planted",
        )


def measured(folder: Path) -> dict[str, Any]:
    """Rates on the fault-free country and scores on the other."""
    from boloci.demo.parameters import HERE

    source = HERE / "parameters.yaml"
    clean = country(folder / "clean", without_faults(source, folder))
    planted = country(folder / "planted", source)
    return {**rates(clean), "scores": scores(planted, folder / "planted" / "files")}


def without_faults(source: Path, folder: Path) -> Path:
    """The parameters of a country with nothing planted in it."""
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    parameters = {**yaml.safe_load(source.read_text(encoding="utf-8")), "faults": {}}
    path = folder / "no_faults.yaml"
    path.write_text(yaml.safe_dump(parameters, allow_unicode=True), encoding="utf-8")
    return path


def country(folder: Path, parameters: Path) -> Any:
    """The workspace of a synthetic country, built anew from what was imported."""
    from boloci import demo, pipeline, workspace

    if not (folder / "w").exists():
        files = demo.write(folder / "files", parameters=parameters).files
        made = workspace.init(folder / "w")
        pipeline.import_files(made, files, by="a bench")
    opened = workspace.open_workspace(folder / "w")
    pipeline.build(opened)
    return opened


def rates(workspace: Any) -> dict[str, Any]:
    """Of each rule, findings and warnings in 100 area-years; the most at one."""
    import duckdb

    found = workspace.findings(level="area")
    reported = workspace.facts(indicator="dtp1_doses", level="area", sex="total")
    con = duckdb.connect()
    con.register("found", found)
    con.register("reported", reported)
    [(area_years,)] = con.execute(
        "SELECT count(*) FROM reported WHERE length(period) = 4 AND value IS NOT NULL"
    ).fetchall()
    rows = con.execute(
        "SELECT rule, count(*), count(*) FILTER (WHERE severity <> 'info') FROM found"
        " GROUP BY rule"
    ).fetchall()
    [(most,)] = con.execute(
        "SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM found"
        " WHERE place_id <> '' GROUP BY rule, place_id, period_start[:4])"
    ).fetchall()
    return {
        "most": most,
        "rates": {
            rule: (100 * count / area_years, 100 * warned / area_years)
            for rule, count, warned in rows
        },
    }


def scores(workspace: Any, files: Path) -> dict[str, dict[str, float]]:
    """Of each kind of fault, the share found, and how many findings are true."""
    import duckdb

    con = duckdb.connect()
    con.register("found", workspace.findings(level="area"))
    con.execute(
        "CREATE TABLE fault AS SELECT *, strftime(start::DATE, '%Y%m') AS first,"
        " strftime(\"end\"::DATE, '%Y%m') AS last"
        f" FROM read_csv('{files / 'truth' / 'faults.csv'}', all_varchar = true)"
    )
    return {kind: _score(con, kind, *sought) for kind, sought in SOUGHT.items()}


_MEETS = (
    "f.rule = ? AND f.place_id = p.place_id"
    " AND rpad(f.period_start, 6, '01') <= p.last"
    " AND (f.period_end || CASE WHEN length(f.period_end) = 4 THEN '12' ELSE '' END)"
    " >= p.first AND (p.element IS NULL OR p.kind NOT IN ('spike', 'typing')"
    " OR list_contains(json_extract_string(f.params, '$.elements[*]'), p.element))"
)


def _score(con: Any, kind: str, rule: str, kinds: tuple[str, ...]) -> dict[str, float]:
    [(planted, caught)] = con.execute(
        "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM found f"
        f" WHERE {_MEETS})) FROM fault p WHERE p.kind = ?",
        [rule, kind],
    ).fetchall()
    [(told, true)] = con.execute(
        "SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM fault p"
        f" WHERE {_MEETS} AND list_contains(?, p.kind)))"
        " FROM found f WHERE f.rule = ? AND f.severity <> 'info'",
        [rule, list(kinds), rule],
    ).fetchall()
    return {
        "planted": planted,
        "found": 100 * caught / max(planted, 1),
        "told": told,
        "true": 100 * true / max(told, 1),
    }


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"alarms": alarms}

if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
