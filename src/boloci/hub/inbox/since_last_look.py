"""What is new in the figures of a person's places since the person last looked: two
builds are compared, the one looked at then and today's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci.charts import Column, Table
from boloci.hub import links, reading
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import quality_tables
from boloci.hub.figures.doubt import ELSEWHERE
from boloci.hub.inbox.about import KEY, indicator
from boloci.hub.language import _, spoken
from boloci.hub.people.models import User
from boloci.hub.rights import Scope, readable
from boloci.problems import Refused
from boloci.published import published
from boloci.tables import FINDINGS, SEVERITIES, finding_of
from boloci.wording import finding_sentence

INDICATORS = ("dtp1_doses", "dtp3_doses", "mcv1_doses", "bcg_doses")
"""Figures whose later changes are told."""
QUARTERS = 8
SHOWN = 25
"""Findings and changed figures told on the page; the rest is counted."""


@dataclass(frozen=True)
class SinceLastLook:
    """What is new for one person."""

    findings: Table
    count: int
    """New findings, those shown and the others."""
    changed: Table
    changes: int
    compared: bool
    """Whether earlier figures were there to compare with; else the findings are the
    gravest of all."""


def since_last_look(user: User, before: str) -> SinceLastLook:
    """What is new since a build; blank: the person never looked."""
    return _compared(
        build_file(),
        readable(user),
        "" if user.sees_everything else user.place_id,
        _kept(before),
        spoken(),
    )


def _kept(build: str) -> str:
    """A build that is still there; else blank."""
    try:
        return published(workspace(), build=build).build if build else ""
    except Refused:
        return ""


@lru_cache(maxsize=64)
def _compared(
    file: str, scope: Scope, own: str, before: str, language: str
) -> SinceLastLook:
    if not file:
        return SinceLastLook(_findings([]), 0, _changed([]), 0, compared=False)
    places = _places(scope, own)
    found = _new_findings(scope, places, before)
    changed = _changes(scope, own, before) if before else []
    return SinceLastLook(
        findings=_findings([_told(row) for row in found.slice(0, SHOWN).to_pylist()]),
        count=found.num_rows,
        changed=_changed(changed[:SHOWN]),
        changes=len(changed),
        compared=bool(before),
    )


def _places(scope: Scope, own: str) -> list[str]:
    """Ids of the own place and all below it; of all where the country is the own."""
    known = current().by_id
    return sorted(
        one for one in scope.places if not own or own in known[one].path.split("/")
    )


def _new_findings(scope: Scope, places: Sequence[str], before: str) -> pa.Table:
    """Findings of places that an earlier build has not, the gravest first and of
    these the latest: what was wrong years ago nobody can act on."""
    now = _latest_first(_of(reading.every_finding(scope), places))
    if not before:
        return now.filter(pc.not_equal(now["severity"], SEVERITIES[0]))
    known = _keys(_of(reading.findings(scope, build=before), places))
    return now.filter(pc.invert(pc.is_in(_keys(now), value_set=known)))


def _latest_first(found: pa.Table) -> pa.Table:
    grave = pc.index_in(found["severity"], value_set=pa.array(SEVERITIES))
    months = pa.table({"grave": grave, "last": found["last"]})
    order = pc.sort_indices(
        months, sort_keys=[("grave", "descending"), ("last", "descending")]
    )
    return found.select(FINDINGS.names).take(order)


def _of(found: pa.Table, places: Sequence[str]) -> pa.Table:
    mine = pc.is_in(found["place_id"], value_set=pa.array(places, pa.string()))
    told = pc.invert(pc.is_in(found["rule"], value_set=pa.array(ELSEWHERE)))
    return found.filter(pc.and_(mine, told))


def _keys(found: pa.Table) -> pa.ChunkedArray:
    """One text for each finding, the same in every build."""
    columns = [pc.coalesce(found[name], "") for name in ("place_id", *KEY)]
    return pc.binary_join_element_wise(*columns, "|")


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    place = current().by_id[row["place_id"]]
    finding = finding_of(row)
    sentence, action = finding_sentence(finding, workspace().catalogue, spoken())
    return {
        "place": place.name,
        "place_id": place.place_id,
        "period": row["period_end"] or row["period_start"],
        "severity": row["severity"],
        "sentence": sentence,
        "action": action,
        "explain": quality_tables.explained(row),
    }


def _findings(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="findings",
        title=_("New findings"),
        columns=[
            Column("place", _("Place"), "place"),
            Column("period", _("Period"), "period"),
            Column("sentence", _("In words")),
            Column("action", _("What to do")),
        ],
        rows=rows,
    )


def _changes(scope: Scope, own: str, before: str) -> list[dict[str, Any]]:
    """Figures that both builds tell, and tell differently: the largest change first."""
    here = current().by_id.get(own) if own else reading.country(scope)
    quarters = reading.whole_periods(scope, "quarter")[-QUARTERS:]
    names = [name for name in INDICATORS if name in current().indicators]
    if here is None or not quarters or not names:
        return []
    asked = {
        "indicator": names,
        "place": [one.place_id for one in (here, *reading.below(scope, here))],
        "period": f"{quarters[0]}..{quarters[-1]}",
        "sex": "total",
        "method": "reported",
    }
    then = _values(reading.facts(scope, build=before, **asked))
    rows = [
        _change(fact, then[key])
        for key, fact in _by_key(reading.facts(scope, **asked)).items()
        if key in then and then[key] != fact["value"]
    ]
    return sorted(
        rows, key=lambda row: -abs((row["value"] or 0) - (row["before"] or 0))
    )


def _by_key(facts: pa.Table) -> dict[tuple[str, ...], dict[str, Any]]:
    names = ("indicator", "place_id", "period")
    return {tuple(row[name] for name in names): row for row in facts.to_pylist()}


def _values(facts: pa.Table) -> dict[tuple[str, ...], float | None]:
    return {key: row["value"] for key, row in _by_key(facts).items()}


def _change(fact: Mapping[str, Any], before: float | None) -> dict[str, Any]:
    return {
        "place": fact["place"],
        "place_id": fact["place_id"],
        "indicator": indicator(fact["indicator"]),
        "period": fact["period"],
        "before": before,
        "value": fact["value"],
        "explain": links.explain(fact),
    }


def _changed(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        name="changed",
        title=_("Figures changed by later data"),
        columns=[
            Column("place", _("Place"), "place"),
            Column("indicator", _("Indicator")),
            Column("period", _("Period"), "period"),
            Column("before", _("Before"), "doses"),
            Column("value", _("Now"), "doses"),
        ],
        rows=rows,
    )
