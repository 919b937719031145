"""Of the truly worst fifth of areas, how many `boloci look` names: the answer key.

usage: python -m bench.look FOLDER      (the measured side: prints JSON)
Each synthetic country is told to boloci by values.csv (BCG, DTP1, DTP3 by month as
reported) and places.csv alone. The worst fifth of areas is told by the answer key, in
four ways, over the country and within each district; beside it what naive coverage
(reported DTP1 over the official target), the naive gap (target - DTP1) and size (DTP1)
would name. Drawing areas by lot names 20 in 100. Constants were chosen on the first
country; the others were held out.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Line, python

HERE = ROOT / "bench" / "countries"
COUNTRIES: dict[str, tuple[int, Path | None, float]] = {
    "synthetic Mali, seed 101 (chosen on)": (101, None, 0.0),
    "synthetic Mali, seed 901 (held out)": (901, None, 0.0),
    "synthetic Mali, seed 902 (held out)": (902, None, 0.0),
    "other faults, seed 904 (held out)": (904, HERE / "other_faults.yaml", 0.0),
    "second shape, seed 903 (held out)": (903, HERE / "second_shape.yaml", 0.0),
    "seed 901, BCG given elsewhere": (901, None, 0.2),
}
"""Name -> seed, parameters, and sd (log) by which BCG of areas is given elsewhere."""

FIFTH = 0.2
TRUTHS = ("zero_dose_share", "zero_dose", "under_immunised_share", "under_immunised")
WAYS = ("look", "look by share", "naive coverage", "naive gap", "size")
"""Orders that are compared; `boloci look` orders by children unless asked otherwise."""

Scores = dict[str, dict[str, dict[str, float]]]


def look(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Recall of the truly worst fifth, country by country."""
    told = json.loads(python("bench.look", data / "look").output.splitlines()[-1])
    for name, scores in told.items():
        for within in ("country", "district"):
            for truth in TRUTHS:
                found = scores[within][truth]
                ours = "look by share" if truth.endswith("share") else "look"
                yield Line(
                    f"{name}: worst fifth of the {within} by {truth}, {ours}",
                    found[ours],
                    max(found["naive coverage"], found["naive gap"]),
                    at_least=True,
                    unit="%",
                    detail=", ".join(f"{way} {found[way]:.0f}" for way in WAYS),
                )


def measured(folder: Path) -> dict[str, Scores]:
    """Scores of every country."""
    return {
        name: scored(folder / str(number), *country)
        for number, (name, country) in enumerate(COUNTRIES.items())
    }


def scored(
    folder: Path, seed: int, parameters: Path | None, elsewhere: float
) -> Scores:
    """What each order names of the worst fifth of one country."""
    import numpy as np

    truth = truth_of(folder, seed, parameters)
    told = told_by_boloci(folder, truth, elsewhere, seed)
    areas = _areas(truth, told)
    orders = {
        "look": areas["children"],
        "look by share": areas["share"],
        "naive coverage": -areas["dtp1"] / areas["official"],
        "naive gap": areas["official"] - areas["dtp1"],
        "size": areas["dtp1"],
    }
    lost1, lost3 = areas["due1"] - areas["got1"], areas["due3"] - areas["got3"]
    truths = {
        "zero_dose_share": lost1 / areas["due1"],
        "zero_dose": lost1,
        "under_immunised_share": lost3 / areas["due3"],
        "under_immunised": lost3,
    }
    everywhere = np.zeros(len(lost1), np.int64)
    return {
        within: {
            name: {way: recall(orders[way], worst, groups) for way in orders}
            for name, worst in truths.items()
        }
        for within, groups in (
            ("country", everywhere),
            ("district", areas["district"]),
        )
    }


def recall(score: Any, truth: Any, groups: Any) -> float:
    """Of the worst fifth of each group, the percentage in the first fifth by score."""
    import numpy as np

    found = wanted = 0
    score = np.where(np.isnan(score), -np.inf, score)
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        count = int(np.ceil(FIFTH * len(here)))
        first = here[np.argsort(-score[here], kind="stable")][:count]
        worst = here[np.argsort(-truth[here], kind="stable")][:count]
        found += len(np.intersect1d(first, worst))
        wanted += count
    return 100 * found / wanted


def truth_of(folder: Path, seed: int, parameters: Path | None) -> Path:
    """The answer key of a synthetic country, made once."""
    from boloci.demo import answers, programme, simulated
    from boloci.demo import parameters as shape_of

    if not (folder / "truth").exists():
        folder.mkdir(parents=True, exist_ok=True)
        source = parameters or shape_of.HERE / "parameters.yaml"
        known = simulated(shape_of.load(source), programme.load(), seed=seed)
        answers.write(folder, known, parameters=source)
    return folder / "truth"


def told_by_boloci(folder: Path, truth: Path, elsewhere: float, seed: int) -> Any:
    """What `look` says of the country's areas, from doses and places alone."""
    from boloci import pipeline, workspace

    files = written(folder / "files", truth, elsewhere, seed)
    root = folder / "w"
    if not (root / "boloci.toml").exists():
        pipeline.import_files(workspace.init(root), files, by="a bench")
    opened = workspace.open_workspace(root)
    pipeline.build(opened)
    return opened.look(level="area")


def written(folder: Path, truth: Path, elsewhere: float, seed: int) -> list[Path]:
    """values.csv and places.csv of the answer key's reports."""
    import duckdb
    import numpy as np
    import pyarrow as pa

    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute(f"CREATE TABLE area AS FROM read_csv('{truth}/places.csv')")
    factors = np.random.default_rng(seed).normal(0, elsewhere, 100_000)
    rows = {"row": np.arange(len(factors)), "f": np.exp(factors)}
    con.register("drawn", pa.table(rows))
    values, places = folder / "values.csv", folder / "places.csv"
    con.execute(
        "COPY (SELECT d.element, d.place_id, d.period, round(d.reported * CASE"
        " d.element WHEN 'BCG' THEN f.f ELSE 1 END)::BIGINT AS value"
        f" FROM read_parquet('{truth}/doses.parquet') d"
        " JOIN (SELECT place_id, row_number() OVER (ORDER BY place_id) AS row"
        " FROM area) a USING (place_id) JOIN drawn f ON f.row = a.row"
        " WHERE d.element IN ('BCG', 'DTP1', 'DTP3') AND d.reported IS NOT NULL)"
        f" TO '{values}' (HEADER)"
    )
    con.execute(
        "COPY (SELECT DISTINCT 'D ' || district AS place_id, district AS name,"
        " 'district' AS level, NULL AS parent_id FROM area UNION ALL"
        " SELECT place_id, name, 'area', 'D ' || district FROM area)"
        f" TO '{places}' (HEADER)"
    )
    return [places, values]


def _areas(truth: Path, told: Any) -> dict[str, Any]:
    """By area: what look says, the official target and the truth of the same year."""
    import duckdb
    import numpy as np

    con = duckdb.connect()
    con.register("told", told)
    found = con.execute(
        f"""
        SELECT t.children, t.share, t.dtp1, t.official,
               dense_rank() OVER (ORDER BY p.district) AS district,
               d.due1, d.got1, d.due3, d.got3
        FROM (SELECT l.*, g.official, l.period_end[:4] AS year FROM told l
              JOIN read_parquet('{truth}/targets.parquet') g
                ON g.place_id = l.place_id AND g.year = l.period_end[:4]::INTEGER) t
        JOIN read_csv('{truth}/places.csv') p USING (place_id)
        JOIN (SELECT place_id, period[:4] AS year,
                     sum(due) FILTER (WHERE antigen = 'DTP1') AS due1,
                     sum(reached) FILTER (WHERE antigen = 'DTP1') AS got1,
                     sum(due) FILTER (WHERE antigen = 'DTP3') AS due3,
                     sum(reached) FILTER (WHERE antigen = 'DTP3') AS got3
              FROM read_parquet('{truth}/coverage.parquet') GROUP BY ALL) d
            ON d.place_id = t.place_id AND d.year = t.year
        WHERE d.due1 > 0 AND d.due3 > 0 AND t.dtp1 > 0
        """
    ).fetchnumpy()
    return {name: np.ma.filled(np.ma.asarray(column).astype(float), np.nan)
            for name, column in found.items()}  # fmt: skip


BENCHES: dict[str, Callable[..., Iterator[Line]]] = {"look": look}

if __name__ == "__main__":
    print(json.dumps(measured(Path(sys.argv[1]))))
