"""WHO/UNICEF estimates and what governments reported to them, of one revision.

The revision is part of what a figure says: a later one recomputes the past. So the
newest revision of a place is shown whole and alone; years that only an older one has
stay blank. Older revisions are kept in their snapshots.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from boloci.pipeline.surveying.told import COVERAGE, WHERE
from boloci.pipeline.understanding import Understood
from boloci.stats import wuenic
from boloci.stats.vocabulary import FLAGS
from boloci.tables import Finding

SERIES = pa.schema(
    [
        ("indicator", pa.string()),
        ("place", pa.int32()),
        ("period", pa.int32()),
        ("value", pa.float64()),
        ("vaccinated", pa.float64()),
        ("target", pa.float64()),
        ("fact", pa.string()),
        ("revision", pa.string()),
        *WHERE,
    ]
)
"""Percentages of the revision shown; `vaccinated` and `target` beside what was
reported (`fact` admin)."""

OF_FACT = {
    "legacy": COVERAGE,
    "gov": f"{COVERAGE}_government",
    "admin": f"{COVERAGE}_administrative",
}
_NOT_REACHED = {"dtp1_coverage": "zero_dose", "dtp3_coverage": "under_immunised"}
_UN = "un"

Series = tuple[pa.Table, list[Finding]]


def series(known: Understood) -> Series:
    """The newest revision of each place as `SERIES`, and what is not shown."""
    rows = [
        {**row, "place": known.place_keys[row["place_id"]]}
        for row in known.tables["wuenic"].to_pylist()
        if row["place_id"] in known.place_keys
    ]
    revisions: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        revisions[row["place"]].add(row["revision"])
    newest = {place: max(found) for place, found in revisions.items()}
    shown = [row for row in rows if row["revision"] == newest[row["place"]]]
    counts = {
        (row["fact"], row["vaccine"], row["place"], row["year"]): row["value"]
        for row in shown
        if row["fact"] not in OF_FACT
    }
    codes = {vaccine: _code(known, vaccine) for vaccine in _words(shown)}
    told = [
        {
            **row,
            "indicator": f"{codes[row['vaccine']]}{OF_FACT[row['fact']]}",
            "period": row["year"] * 100,
            **(_beside(row, counts) if row["fact"] == "admin" else {}),
        }
        for row in shown
        if row["fact"] in OF_FACT and codes[row["vaccine"]]
    ]
    findings = [
        *_older(known, revisions, newest),
        *_unknown([vaccine for vaccine, code in codes.items() if not code]),
    ]
    return pa.Table.from_pylist(told, schema=SERIES), findings


def _words(rows: list[dict[str, Any]]) -> list[str]:
    return sorted({row["vaccine"] for row in rows if row["vaccine"]})


def _code(known: Understood, vaccine: str) -> str:
    """Start of the indicators of a vaccine; blank where boloci has none."""
    meaning = known.catalogue.dictionary.element(vaccine)
    code = meaning.code.lower() if meaning and meaning.table == "values" else ""
    return code if f"{code}{COVERAGE}" in known.catalogue.indicators else ""


def _beside(row: Mapping[str, Any], counts: Mapping[Any, float]) -> dict[str, Any]:
    key = row["vaccine"], row["place"], row["year"]
    return {name: counts.get((name, *key)) for name in ("vaccinated", "target")}


def _older(
    known: Understood, revisions: Mapping[int, set[str]], newest: Mapping[int, str]
) -> Iterator[Finding]:
    for place, found in sorted(revisions.items()):
        older = sorted(found - {newest[place]})
        if older:
            yield Finding(
                "wuenic_revision_older",
                "info",
                place_id=known.tree.places[place].id,
                params={"older": ", ".join(older), "shown": newest[place]},
            )


def _unknown(vaccines: list[str]) -> Iterator[Finding]:
    if vaccines:
        params = {"vaccines": ", ".join(vaccines)}
        yield Finding("wuenic_vaccine_unknown", "info", params=params)


def facts(known: Understood, series: pa.Table) -> Iterator[dict[str, Any]]:
    """The series as facts of method `wuenic`, and the children not reached that WHO
    and UNICEF's estimates imply over the United Nations' surviving infants."""
    infants = _surviving_infants(known)
    for row in series.to_pylist():
        key = {"place": row["place"], "period": row["period"], "sex": 0}
        told = {**key, "method": "wuenic"}
        above = FLAGS["above_100"] if row["value"] > 100 else 0
        yield {
            **told,
            "indicator": row["indicator"],
            "numerator": row["vaccinated"],
            "denominator": row["target"],
            "value": row["value"],
            "flags": above,
        }
        name = _NOT_REACHED.get(row["indicator"])
        if name is None:
            continue
        share = {**told, "indicator": f"{name}_share", "value": 100 - row["value"]}
        yield share
        born = infants.get((row["place"], row["period"]))
        if born is not None:
            missed = wuenic.implied_zero_dose(row["value"], born)
            yield {
                **told,
                "indicator": f"{name}_children",
                "denominator_source": _UN,
                "denominator": born,
                "value": missed,
            }


def _surviving_infants(known: Understood) -> dict[tuple[int, int], float]:
    """Surviving infants of the United Nations by place and year: the latest telling,
    by whatever name each file calls the place."""
    given = known.tables["targets"].to_pylist()
    return {
        (known.place_keys[row["place_id"]], row["year"] * 100): row["value"]
        for row in sorted(given, key=lambda row: (row["snapshot"], row["file"]))
        if (row["source"] or "").lower() == _UN
        and row["population"] == "surviving_infants"
        and not row["sex"]
        and row["value"] is not None
        and row["place_id"] in known.place_keys
    }
