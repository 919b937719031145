"""What a job found, as JSON that is kept, and in words when it is read.

Kept are codes and values, not sentences: each reader sees the own language.
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from boloci import periods
from boloci.hub.current import workspace
from boloci.hub.language import _, spoken
from boloci.pipeline import ImportReport
from boloci.problems import Problem, Refused, Where
from boloci.tables import SEVERITIES, finding_of
from boloci.wording import finding_sentence, problem_sentence

EXAMPLES = 20
"""Findings of a rule that are told one by one; the others are counted."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Doubt:
    """Findings of one rule in words."""

    severity: str
    count: int
    action: str
    sentences: Sequence[str]


def problems(error: Exception) -> list[dict[str, Any]]:
    """What stopped a job, as JSON; a fault of ours is written to the log, too."""
    if not isinstance(error, Refused):
        _log.error("a job failed", exc_info=error)
        error = Refused(Problem("job_faulty"))
    return [_plain(asdict(problem)) for problem in error.problems]


def sentences(kept: Iterable[Mapping[str, Any]]) -> list[str]:
    """A kept refusal in the language being spoken: what is wrong, what to do."""
    return _lines(
        Problem(one["code"], Where(**one["where"]), one["values"]) for one in kept
    )


def refusal(error: Refused) -> list[str]:
    """A refusal as lines to show: what is wrong, what to do in the hub."""
    return _lines(error.problems)


def _lines(told: Iterable[Problem]) -> list[str]:
    """Each trouble once, those with the same remedy together before it."""
    by_remedy: dict[str, dict[str, None]] = {}
    here = remedies()
    for problem in told:
        sentence = problem_sentence(problem, workspace().catalogue, spoken())
        what, _newline, remedy = sentence.partition("\n")
        by_remedy.setdefault(here.get(problem.code, remedy), {})[what] = None
    return [
        line for remedy, wrong in by_remedy.items() for line in (*wrong, remedy) if line
    ]


def remedies() -> dict[str, str]:
    """Code -> what to do about it in the hub, where the catalogue names a command."""
    columns = _(
        "What to do: check that this is the right file, then say what its columns are:"
        " “Say which column is which”."
    )
    return {
        "unknown_format": _(
            "What to do: if it is a table of your own, “Say which column is which”;"
            " otherwise compare the first line with the guide of tables."
        ),
        "spreadsheet_unclear": _(
            "What to do: give each column a heading (organisation unit, period, data),"
            " or “Say which column is which”."
        ),
        "no_table_found": columns,
        "recipe_columns_missing": _(
            "What to do: check the headings of the file, or tell it anew: “Say which"
            " column is which”."
        ),
        "recipe_malformed": _(
            "What to do: remove this recipe at the foot of the page Imports, then tell"
            " it anew: “Say which column is which”."
        ),
        "read_by_recipe": _(
            "What to do: if the recipe is of another file, remove it at the foot of the"
            " page Imports; if it is wrong, tell it anew: “Say which column is which”."
        ),
        "nothing_imported": _("What to do: bring files first, on the page Imports."),
        "snapshot_unknown": _("What to do: choose an import of the list below."),
        "snapshot_undone": _(
            "What to do: nothing; “Bring back” on its line has it count again."
        ),
    }


def report(found: ImportReport) -> dict[str, Any]:
    """What was understood and what is doubtful, as JSON."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rules = found.findings.column("rule").to_pylist()
    for index, rule in enumerate(rules):
        if len(rows[rule]) < EXAMPLES:
            rows[rule] += found.findings.slice(index, 1).to_pylist()
    counts = Counter(rules)
    kept: dict[str, Any] = _plain(
        {
            "already": found.already,
            "elements": found.elements,
            "places": found.places,
            "files": [_file(file) for file in found.files],
            "doubts": [
                {"rule": rule, "count": counts[rule], "rows": some}
                for rule, some in rows.items()
            ],
        }
    )
    return kept


def doubts(kept: Mapping[str, Any]) -> list[Doubt]:
    """Kept findings in the language being spoken, the gravest and most first."""
    catalogue = workspace().catalogue
    grave = {word: rank for rank, word in enumerate(reversed(SEVERITIES))}
    found = []
    for one in kept["doubts"]:
        told = [
            finding_sentence(finding_of(row), catalogue, spoken())
            for row in one["rows"]
        ]
        severity = one["rows"][0]["severity"]
        said = list(dict.fromkeys(sentence for sentence, _action in told))
        found.append(Doubt(severity, one["count"], told[0][1], said))
    return sorted(found, key=lambda d: (grave.get(d.severity, 9), -d.count))


def _file(file: Any) -> dict[str, Any]:
    ends = [end for end in (file.first_period, file.last_period) if end is not None]
    return {
        "name": file.name,
        "format": file.format,
        "rows": file.rows,
        "periods": [periods.text(end) for end in ends],
    }


def _plain(value: Any) -> Any:
    """Values as JSON keeps them; days and others as text."""
    return json.loads(json.dumps(value, default=str))
