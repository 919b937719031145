"""Findings in words, one by one and grouped by rule."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from boloci.cli.language import _, spoken
from boloci.tables import SEVERITIES, finding_of
from boloci.workspace import Workspace


@dataclass(frozen=True)
class RuleGroup:
    """All findings of one rule: how many, and the gravest of them in words."""

    rule: str
    severity: str
    count: int
    sentence: str
    action: str


def worded(workspace: Workspace, row: dict[str, Any]) -> tuple[str, str]:
    """Sentence and suggested action of a row of findings."""
    from boloci.wording import finding_sentence

    catalogue = workspace.catalogue
    sentence, action = finding_sentence(finding_of(row), catalogue, spoken())
    rule = catalogue.rules.get(row["rule"])
    return sentence, f"{action} ({rule.command})" if rule and rule.command else action


def by_rule(workspace: Workspace, findings: pa.Table) -> list[RuleGroup]:
    """Findings grouped by rule, the gravest and most frequent first."""
    rules = findings.column("rule").to_pylist()
    grades = [SEVERITIES.index(s) for s in findings.column("severity").to_pylist()]
    counts = Counter(rules)
    gravest: dict[str, int] = {}
    for row, (rule, grade) in enumerate(zip(rules, grades, strict=True)):
        if rule not in gravest or grade > grades[gravest[rule]]:
            gravest[rule] = row
    ordered = sorted(gravest, key=lambda r: (-grades[gravest[r]], -counts[r], r))
    rows = pa.array([gravest[rule] for rule in ordered], pa.int64())
    told = findings.take(rows).to_pylist()
    return [
        RuleGroup(
            row["rule"],
            severity_word(row["severity"]),
            counts[row["rule"]],
            *worded(workspace, row),
        )
        for row in told
    ]


def severity_word(severity: str) -> str:
    """A severity in the language being spoken."""
    named = {"info": _("info"), "warning": _("warning"), "error": _("error")}
    return named.get(severity, severity)
