"""An estimate written into a published build by hand, in the tables of the contract.

Draws are invented, so that pages can be read with an estimate of known shape: areas add
up to districts and above, the regions named in `refused` tell no level.
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import yaml

from boloci.catalogue import load
from boloci.lake import builds
from boloci.workspace import Workspace

DRAWS, QUANTILES = 200, 41
PERIODS = (202200, 202300, 202324, 202421)
"""Two years, a quarter, and the latest quarter."""
SPREAD = (202200, 202300, 202421)
SEXES = (0, 1, 2)
FLAGS = {"refused": 1 << 60, "stale": 1 << 61, "refused;stale": (1 << 60) | (1 << 61)}
NAMED = {
    "births": ("children", "Naissances", "Births"),
    "over_reporting": ("percent", "Surdéclaration", "Over-reporting"),
    "target_bias": ("percent", "Biais de la cible", "Bias of the target"),
}
"""Indicators of the estimate alone: unit, French and English name."""
OWN = """
SELECT p.place_key, p.path, p.level FROM place p WHERE p.level <> 'group'
"""
MADE = datetime.datetime(2026, 11, 20, 9, 30)
COLUMNS = ("indicator", "place", "period", "sex", "value", "lower", "upper")


@dataclass
class Made:
    """Rows of each table, as they are made."""

    facts: list[tuple[Any, ...]] = field(default_factory=list)
    spread: list[tuple[Any, ...]] = field(default_factory=list)
    worst: list[tuple[Any, ...]] = field(default_factory=list)


def write_estimate(
    workspace: Workspace,
    *,
    stale: bool = False,
    refused: Iterable[str] = (),
    **fit: Any,
) -> None:
    """Put an estimate into the current build of a workspace nobody reads yet.

    refused    ids of regions that tell no level: levels are blank there and above
    fit        columns of the table `estimate` that differ from the usual
    """
    define(workspace.root)
    folder = builds.folder(workspace.lake, "boloci")
    path = folder / f"{builds.current(folder)}.duckdb"
    with duckdb.connect(str(path)) as connection:
        names = _name(connection)
        made = _made(connection, frozenset(refused))
        _put_facts(connection, names, made.facts, stale)
        _put_tables(connection, made)
        usual = {
            "made": MADE,
            "from_build": path.stem,
            "seed": 11,
            "draws": DRAWS,
            "surveys": 2,
            "lots": 24,
            "recounts": 5,
            "regions": 2 - len(list(refused)),
            "regions_refused": len(list(refused)),
            "gridded": True,
            "stale": stale,
            "left_out": "",
        }
        _put_fit(connection, {**usual, **fit})


def define(root: Path) -> None:
    """Define in the workspace the indicators that the package does not define yet."""
    known = load().indicators
    wanted = {
        name: _definition(name, unit, {"fr": french, "en": english})
        for name, (unit, french, english) in NAMED.items()
        if name not in known
    }
    if wanted:
        file = root / "catalogue" / "indicators" / "estimate.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(wanted, allow_unicode=True), encoding="utf-8")


def _definition(name: str, unit: str, named: Mapping[str, str]) -> dict[str, Any]:
    texts = dict.fromkeys(("name", "why", "numerator", "denominator", "null"), named)
    return {
        **{key: dict(value) for key, value in texts.items()},
        "formula": {"kind": "measure", "of": name},
        "unit": unit,
        "direction": "none",
        "periods": ["quarter", "semester", "year"],
        "source": "a test",
        "author": "boloci",
        "checker": "",
        "reviewed": datetime.date(2026, 11, 23),
        "changes": [],
    }


def _name(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Numbers of indicators and flags, new ones for those that the build has not."""
    names = dict(
        connection.execute("SELECT indicator, indicator_key FROM indicator").fetchall()
    )
    for name, (unit, *_words) in NAMED.items():
        if name not in names:
            names[name] = max(names.values()) + 1
            connection.execute(
                "INSERT INTO indicator BY NAME SELECT ?::SMALLINT AS indicator_key,"
                " ? AS indicator, ? AS unit, 'computed_fact' AS relation,"
                " NULL::SMALLINT AS element",
                [names[name], name, unit],
            )
    for word, code in FLAGS.items():
        connection.execute(
            "INSERT INTO flag_word SELECT ?, ? WHERE ? NOT IN"
            " (SELECT word FROM flag_word)",
            [code, word, word],
        )
    return names


def _made(connection: duckdb.DuckDBPyConnection, refused: frozenset[str]) -> Made:
    """Facts, spreads and chances, from draws of areas that are added up."""
    random = np.random.default_rng(5)
    rows = connection.execute(OWN).fetchall()
    ids = dict(connection.execute("SELECT place_id, place_key FROM place").fetchall())
    areas = [(key, path) for key, path, level in rows if level == "area"]
    regions = {p.split("/")[-1]: k for k, p, level in rows if level == "region"}
    shut = {key for key, path, _l in rows if refused & set(path.split("/"))}
    shut |= {key for key, _p, level in rows if level == "country" and refused}
    within: dict[int, list[int]] = {key: [] for key, _p, _l in rows}
    for at, (_key, path) in enumerate(areas):
        for one in path.split("/"):
            if one in ids and ids[one] in within:
                within[ids[one]].append(at)
    size, middle = (
        random.uniform(150, 900, len(areas)),
        random.normal(-1.6, 1, len(areas)),
    )
    made = Made()
    for period in PERIODS:
        shared = random.normal(0, 0.25, DRAWS)
        part = 1.0 if period % 100 == 0 else 0.25
        logit = middle[:, None] + shared + random.normal(0, 0.3, (len(areas), DRAWS))
        missed = 1 / (1 + np.exp(-logit))
        due = part * size[:, None] * random.lognormal(0, 0.08, (len(areas), DRAWS))
        shares = {}
        for key, inside in within.items():
            if inside:
                told = due[inside].sum(0), (due * missed)[inside].sum(0)
                shares[key] = told[1] / told[0]
                _put_place(made, key, period, *told, blank=key in shut)
        if period % 100 == 0:
            made.worst += _worst(rows, shares, shut, period, regions)
    return made


def _put_place(
    made: Made, place: int, period: int, due: Any, missed: Any, *, blank: bool
) -> None:
    """Facts and spreads of one place and period, from its draws."""
    share = 100 * missed / due
    girls = 1.15
    every = [
        ("zero_dose_children", 0, missed),
        ("zero_dose_children", 1, missed * girls / (1 + girls)),
        ("zero_dose_children", 2, missed / (1 + girls)),
        ("zero_dose_share", 0, share),
        ("dtp1_coverage", 0, 100 - share),
        ("dtp1_coverage", 1, 100 - np.minimum(share * 1.07, 100)),
        ("dtp1_coverage", 2, 100 - share * 0.93),
        ("births", 0, due),
        ("dtp1_sex_gap", 0, share * 0.14),
        ("over_reporting", 0, 12 + 3 * (share - share.mean())),
        ("target_bias", 0, -18 + (share - share.mean())),
    ]
    levels = ("over_reporting", "dtp1_sex_gap")
    for name, sex, draws in every:
        hidden = blank and name not in levels
        low, high = np.quantile(draws, [0.05, 0.95])
        told = (None,) * 3 if hidden else (draws.mean(), low, high)
        made.facts.append((name, place, period, sex, *map(_plain, told)))
    if period in SPREAD and not blank:
        at = np.linspace(0, 1, QUANTILES)
        for name, draws in (("zero_dose_share", share), ("zero_dose_children", missed)):
            made.spread.append((place, period, name, np.quantile(draws, at).tolist()))


def _worst(
    rows: list[Any],
    shares: Mapping[int, Any],
    shut: set[int],
    period: int,
    regions: Mapping[str, int],
) -> list[tuple[int, int, int, float]]:
    """Chances to be in the worst fifth among the places of a level in a place."""
    country = next(key for key, _p, level in rows if level == "country")
    found = []
    for level in ("area", "district"):
        told = [(k, p) for k, p, own in rows if own == level and k in shares]
        for among in (country, *regions.values()):
            held = [
                key
                for key, path in told
                if key not in shut
                and (among == country or among in _above(path, regions))
            ]
            if len(held) < 2:
                continue
            draws = np.array([shares[key] for key in held])
            ranked = (-draws).argsort(0).argsort(0)
            worst = ranked < max(1, round(len(held) / 5))
            found += [
                (key, period, among, float(chance))
                for key, chance in zip(held, worst.mean(1), strict=True)
            ]
    return found


def _above(path: str, regions: Mapping[str, int]) -> set[int]:
    return {regions[one] for one in path.split("/") if one in regions}


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def _put_facts(
    connection: duckdb.DuckDBPyConnection,
    names: Mapping[str, int],
    facts: list[tuple[Any, ...]],
    stale: bool,
) -> None:
    codes = dict(connection.execute("SELECT word, flags FROM flag_word").fetchall())
    method = connection.execute(
        "SELECT method FROM method_word WHERE word = 'estimated'"
    ).fetchall()[0][0]
    rows = [
        {
            **dict(zip(COLUMNS, fact, strict=True)),
            "indicator_key": names[fact[0]],
            "flags": codes[
                ";".join(["refused"] * (fact[4] is None) + ["stale"] * stale)
            ],
        }
        for fact in facts
    ]
    connection.register("estimated_rows", pa.Table.from_pylist(rows))
    connection.execute(
        "INSERT INTO computed_fact BY NAME SELECT indicator_key, place, period, sex,"
        " ?::TINYINT AS method, 0::TINYINT AS denominator_source,"
        " NULL::DOUBLE AS numerator, NULL::DOUBLE AS denominator, value, flags,"
        " NULL::INTEGER AS expected, NULL::INTEGER AS received, lower, upper,"
        " 90.0 AS confidence FROM estimated_rows",
        [method],
    )


def _put_tables(connection: duckdb.DuckDBPyConnection, made: Made) -> None:
    connection.execute(
        "CREATE TABLE estimate_spread (place INTEGER, period INTEGER,"
        " indicator VARCHAR, quantiles FLOAT[])"
    )
    connection.executemany(
        "INSERT INTO estimate_spread VALUES (?, ?, ?, ?)", made.spread
    )
    connection.execute(
        "CREATE TABLE estimate_worst (place INTEGER, period INTEGER, among INTEGER,"
        " chance DOUBLE)"
    )
    connection.executemany("INSERT INTO estimate_worst VALUES (?, ?, ?, ?)", made.worst)
    connection.execute(
        "CREATE TABLE estimate_moved AS SELECT f.place, f.period, s.step,"
        " f.value + s.off AS value FROM computed_fact f"
        " JOIN indicator i USING (indicator_key)"
        " JOIN method_word m ON m.method = f.method,"
        " (VALUES ('naive', 16.0), ('prior', -4.0), ('doses', 6.0), ('surveys', 3.0),"
        " ('lots', -1.0), ('recounts', 0.0), ('estimate', 0.0),"
        " ('without_shift', 2.0)) s(step, off)"
        " WHERE i.indicator = 'dtp1_coverage' AND m.word = 'estimated' AND f.sex = 0"
        " AND f.period % 100 = 0 AND f.value IS NOT NULL"
    )
    connection.execute(
        "CREATE TABLE estimate_pulls AS SELECT m.place, m.period, s.kind, s.source,"
        " s.points::DOUBLE AS points, s.weight::DOUBLE AS weight FROM estimate_moved m,"
        " (VALUES ('surveys', 'EDS', -5.0, NULL), ('surveys', 'MICS', 2.0, NULL),"
        " ('lots', 'LQAS 2022', -4.0, NULL), ('recounts', '', 1.0, NULL),"
        " ('prior', '', NULL, 0.07)) s(kind, source, points, weight)"
        " WHERE m.step = 'estimate'"
    )
    connection.execute(
        "CREATE TABLE estimate_sensitivity AS SELECT f.place, f.period, s.kept,"
        " i.indicator, f.value * s.off AS value, f.lower * s.off AS lower,"
        " f.upper * s.off AS upper FROM computed_fact f"
        " JOIN indicator i USING (indicator_key)"
        " JOIN method_word m ON m.method = f.method,"
        " (VALUES ('births', 1.0), ('births_and_coverage', 1.1), ('naive', 0.4),"
        " ('survey_worldpop', 0.9)) s(kept, off)"
        " WHERE i.indicator = 'zero_dose_children' AND m.word = 'estimated'"
        " AND f.sex = 0 AND f.period % 100 = 0 AND f.value IS NOT NULL"
    )


def _put_fit(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> None:
    connection.execute(
        "CREATE TABLE estimate (made TIMESTAMP, from_build VARCHAR, seed INTEGER,"
        " draws INTEGER, surveys INTEGER, lots INTEGER, recounts INTEGER,"
        " regions INTEGER, regions_refused INTEGER, gridded BOOLEAN, stale BOOLEAN,"
        " left_out VARCHAR)"
    )
    marks = ", ".join("?" for _one in row)
    connection.execute(f"INSERT INTO estimate VALUES ({marks})", list(row.values()))
