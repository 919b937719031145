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
    """All findings of one rule: how many, and the first of them in words."""

    rule: str
    severity: str
    count: int
    sentence: str
    action: str


def worded(workspace: Workspace, row: dict[str, Any]) -> tuple[str, str]:
    """Sentence and suggested action of a row of findings."""
    from boloci.wording import finding_sentence

    sentence, action = finding_sentence(finding_of(row), workspace.catalogue, spoken())
    return sentence, action


def by_rule(workspace: Workspace, findings: pa.Table) -> list[RuleGroup]:
    """Findings grouped by rule, the gravest and most frequent first."""
    counts = Counter(findings.column("rule").to_pylist())
    first: dict[str, dict[str, Any]] = {}
    for batch in findings.to_batches():
        for index, rule in enumerate(batch.column("rule").to_pylist()):
            if rule not in first:
                first[rule] = batch.slice(index, 1).to_pylist()[0]
    groups = [
        RuleGroup(
            rule, severity_word(row["severity"]), counts[rule], *worded(workspace, row)
        )
        for rule, row in first.items()
    ]
    grave = {severity_word(s): rank for rank, s in enumerate(reversed(SEVERITIES))}
    return sorted(groups, key=lambda g: (grave.get(g.severity, 9), -g.count, g.rule))


def severity_word(severity: str) -> str:
    """A severity in the language being spoken."""
    named = {"info": _("info"), "warning": _("warning"), "error": _("error")}
    return named.get(severity, severity)
