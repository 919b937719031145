"""Findings as rows of a page and of files, and how many there are of each kind."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from boloci import periods
from boloci.charts import Column, Table
from boloci.hub import links, showing
from boloci.hub.current import current, workspace
from boloci.hub.language import _, spoken
from boloci.tables import SEVERITIES, finding_of
from boloci.wording import finding_sentence

SHARES = ("coverage", "why_above", "outside")
"""Families of checks that are about coverage; others are about doses."""
Row = Mapping[str, Any]


def rule(code: str) -> str:
    """What the catalogue calls a rule; the code of one that it no longer has."""
    known = workspace().catalogue.rules
    return showing.words(known[code].name) if code in known else code


def severity(code: str) -> str:
    """How grave a finding is."""
    known = {
        "info": _("good to know"),
        "warning": _("to check"),
        "error": _("error"),
    }
    return known.get(code, code)


def rows(found: Iterable[Row]) -> list[dict[str, Any]]:
    """Findings with their sentence, action and addresses."""
    return [_row(row) for row in found]


def _row(row: Row) -> dict[str, Any]:
    own = {name: value for name, value in row.items() if name not in ("first", "last")}
    finding = finding_of(own)
    sentence, action = finding_sentence(finding, workspace().catalogue, spoken())
    place = current().by_id.get(row["place_id"])
    return {
        **own,
        "severity_told": severity(row["severity"]),
        "rule_told": rule(row["rule"]),
        "place": place.name if place else "",
        "level": showing.level(place.level, workspace().levels) if place else "",
        "sentence": sentence,
        "action": action,
        "address": links.place(row["place_id"]) if row["place_id"] else "",
        "explain": explained(row),
    }


def explained(row: Row) -> str:
    """The page that explains the figure a finding is about; blank where it is none."""
    period = row["period_start"]
    name = row["indicator"] or _figure(row)
    if not period or not row["place_id"] or name not in current().indicators:
        return ""
    about = {"place_id": row["place_id"], "period": _period(row), "sex": row["sex"]}
    return links.explain({"indicator": name, **about})


def _period(row: Row) -> str:
    """The period that the sentence tells: the first where there are several."""
    month = str(json.loads(row["params"] or "{}").get("month") or "")
    return row["period_start"] if not month or month[4:] == "00" else _text(month)


def _text(code: str) -> str:
    """A period's text from its code: 202124 is the last quarter of 2021."""
    return periods.text(int(code))


def _figure(row: Row) -> str:
    element = (row["element"] or "").lower()
    checks = workspace().catalogue.checks
    shares = {code for name in SHARES if name in checks for code in checks[name].rules}
    return f"{element}_coverage" if row["rule"] in shares else f"{element}_doses"


def listed(told: Sequence[Row], *, whole: bool) -> Table:
    """The findings as a table of a file; empty unless all of them are worded."""
    return Table(
        name="findings",
        title=_("What is doubtful"),
        columns=[
            Column("severity", _("How grave")),
            Column("rule", _("Rule")),
            Column("place_id", _("Identifier of the place")),
            Column("place", _("Place"), "place"),
            Column("level", _("Level")),
            Column("period_start", _("From"), "period"),
            Column("period_end", _("To"), "period"),
            Column("element", _("What is counted")),
            Column("indicator", _("Indicator")),
            Column("sex", _("Sex")),
            Column("value", _("Value"), ""),
            Column("expected", _("Expected"), ""),
            Column("low", _("Low"), ""),
            Column("high", _("High"), ""),
            Column("sentence", _("What is doubtful")),
            Column("action", _("What to do")),
            Column("build", _("Build")),
        ],
        rows=told if whole else [],
    )


def by_rule(found: pa.Table) -> Table:
    """How many findings of each rule, the gravest first."""
    counted = found.group_by(["rule", "severity"]).aggregate([([], "count_all")])
    told = [
        {
            "rule": row["rule"],
            "rule_told": rule(row["rule"]),
            "severity": row["severity"],
            "severity_told": severity(row["severity"]),
            "n": row["count_all"],
        }
        for row in counted.to_pylist()
    ]
    return Table(
        name="by_rule",
        title=_("By rule"),
        columns=[
            Column("severity_told", _("How grave")),
            Column("rule_told", _("Rule")),
            Column("rule", _("Code")),
            Column("n", _("How many"), "doses"),
        ],
        rows=sorted(
            told,
            key=lambda row: (-SEVERITIES.index(row["severity"]), -row["n"]),
        ),
    )


def by_place(found: pa.Table) -> Table:
    """How many findings of each place, most first."""
    counted = found.group_by(["place_id"]).aggregate([([], "count_all")])
    known = current().by_id
    told = [
        {
            "place_id": row["place_id"],
            "place": known[row["place_id"]].name
            if row["place_id"] in known
            else _("about no single place"),
            "n": row["count_all"],
        }
        for row in counted.to_pylist()
    ]
    return Table(
        name="by_place",
        title=_("By place"),
        columns=[
            Column("place", _("Place"), "place"),
            Column("place_id", _("Identifier of the place")),
            Column("n", _("How many"), "doses"),
        ],
        rows=sorted(told, key=lambda row: (-row["n"], row["place"])),
    )
