"""What a published figure is made of: definition, rows, flags, constants, versions.

Every fact can be followed back: its indicator's definition gives the formula in
words, its build's manifest the imports and the catalogue, and `contributions` the
rows of the files that were added up, with those that a later file replaced.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from boloci import adjustments, evidence, periods
from boloci.catalogue.definitions import (
    Constant,
    DenominatorText,
    FormulaText,
    Indicator,
    Words,
)
from boloci.codes import DENOMINATORS, SCENARIOS
from boloci.facts import Filters, stream, understand
from boloci.published import Published
from boloci.workspace import Workspace

ESTIMATED = "estimated"
"""The method, and the kind of formula, of what `boloci estimate` publishes."""
LIMIT = 10
"""Facts explained at once; each may stand on thousands of rows."""


@dataclass(frozen=True)
class Explanation:
    """One fact and everything it stands on."""

    fact: Mapping[str, Any]
    definition: Indicator | None
    formula: FormulaText | None
    """The formula in words."""
    flags: Mapping[str, Words]
    """Flag code -> what it says."""
    constants: Mapping[str, Constant]
    """Constants of the profile that the figure rests on."""
    rows: pa.Table
    """Source rows, columns `pipeline.source_rows.CONTRIBUTIONS`: used, superseded by a
    later row, deleted or undone."""
    names: Mapping[str, Words]
    """What the sources call the identifiers in `rows`: elements, options, places."""
    measured: Sequence[Mapping[str, Any]] = ()
    """What a survey, lot or WHO/UNICEF file tells beside the value: cohort, effective
    sample, risks; rows of `boloci.pipeline.survey_rows.measured`."""
    changed: pa.Table = field(default_factory=adjustments.ADJUSTMENTS.empty_table)
    """Months of units that the fact's scenario changes: `boloci.adjustments`."""
    denominator: DenominatorText | None = None
    """Where the denominator comes from, in words, unless it is the official target."""
    over: Words = field(default_factory=dict)
    """What the source of the denominator is called; empty where there is none."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """What the chain of that denominator starts from, by name."""
    evidence: Sequence[Mapping[str, Any]] = ()
    """Why a coverage passes 100 %, the likeliest cause first: `boloci.evidence`."""
    estimate: Mapping[str, Any] = field(default_factory=dict)
    """Of an estimated fact, what it stands on: the build's table `estimate`."""
    sexes: Mapping[str, Any] = field(default_factory=dict)
    """Who reported the sexes that a gap rests on: `pipeline.sex_reporting`."""
    corrections: Sequence[Mapping[str, Any]] = ()
    """Corrections by people that enter it: `pipeline.corrected`."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """Of the build: snapshots, catalogue hash, code version, when."""

    @property
    def told_otherwise(self) -> bool:
        """Whether a survey, lots, WHO/UNICEF or the estimate tell an indicator that is
        computed from doses elsewhere: the words of its definition for numerator and
        denominator are then not those of this figure."""
        kind = self.definition.formula["kind"] if self.definition else ""
        if self.fact["method"] == ESTIMATED:
            return kind != ESTIMATED
        return bool(self.measured) and kind not in ("measure", "lot_class")


def explain(
    workspace: Workspace, *, limit: int = LIMIT, rows: bool = True, **asked: Any
) -> list[Explanation]:
    """Explanations of the first `limit` facts that pass the filters of `facts`.

    Where neither method nor denominator is asked for, those of adjusted scenarios and
    candidate denominators are passed over if there are others. Raises `Refused` as
    `facts` does; no fact gives an empty list.

    rows    whether source rows are looked for: those of a whole country take seconds
    """
    source, filters = understand(workspace, **asked)
    any_way = filters.methods is not None or filters.denominators is not None
    found = _first(stream(workspace, **asked), limit, any_way=any_way)
    if not found:
        found = _first(stream(workspace, **asked), limit, any_way=True)
    names = source_names(workspace) if found else {}
    return [explanation(workspace, source, row, names, rows=rows) for row in found]


def _first(
    batches: pa.RecordBatchReader, limit: int, *, any_way: bool
) -> list[dict[str, Any]]:
    """The first facts, in any scenario and over any denominator or the usual ones."""
    rows: list[dict[str, Any]] = []
    for batch in batches:
        rows.extend(row for row in batch.to_pylist() if any_way or is_usual(row))
        if len(rows) >= limit:
            break
    return rows[:limit]


def is_usual(fact: Mapping[str, Any]) -> bool:
    """Whether a fact is of no adjusted scenario and no candidate denominator."""
    return (
        fact["method"] not in SCENARIOS[1:]
        and fact["denominator_source"] not in DENOMINATORS[1:]
    )


def explanation(
    workspace: Workspace,
    source: Published,
    fact: Mapping[str, Any],
    names: Mapping[str, Words],
    *,
    rows: bool = True,
) -> Explanation:
    """Everything one fact stands on; `names` as `source_names` gives them.

    rows    whether its source rows are looked for
    """
    from boloci import pipeline

    catalogue = workspace.catalogue
    definition = catalogue.indicators.get(fact["indicator"])
    flags = [code for code in (fact["flags"] or "").split(";") if code]
    over = catalogue.denominators.get(fact["denominator_source"])
    estimated = fact["method"] == ESTIMATED
    looked_for = rows and not estimated  # all of them stand behind each estimate
    told = pipeline.contributions(workspace, fact) if looked_for else pipeline.NO_ROW
    kind = definition.formula["kind"] if definition else ""
    return Explanation(
        fact=fact,
        definition=definition,
        formula=catalogue.formulas.get(ESTIMATED if estimated else kind),
        flags={code: catalogue.flags.get(code, {}) for code in flags},
        constants={
            **_constants(
                workspace, source.profile, None if estimated else definition, flags
            ),
            **_of_denominator(workspace, source.profile, fact),
        },
        rows=told,
        names=_named(source, told, names),
        measured=pipeline.measured(workspace, fact),
        corrections=pipeline.corrected(workspace, fact) if "corrected" in flags else (),
        changed=_changed(workspace, source, fact, definition),
        denominator=over if fact["denominator_source"] in DENOMINATORS[1:] else None,
        over=over.name if over else {},
        inputs=pipeline.chain_inputs(source.cursor(), fact),
        evidence=() if estimated else evidence.of_fact(source, fact),
        estimate=_estimate(source) if estimated else {},
        sexes=pipeline.sex_reporting(source.cursor(), definition, fact)
        if definition
        else {},
        manifest=manifest(source),
    )


def _estimate(source: Published) -> dict[str, Any]:
    """What the estimate that a build holds was made from; empty where it tells none."""
    if "estimate" not in source.relations:
        return {}
    found = source.cursor().sql("SELECT * FROM estimate").to_arrow_table().to_pylist()
    return dict(found[0]) if found else {}


def _changed(
    workspace: Workspace,
    source: Published,
    fact: Mapping[str, Any],
    definition: Indicator | None,
) -> pa.Table:
    """What the fact's scenario changes of the units inside its place."""
    place = source.by_id.get(fact["place_id"])
    if definition is None or place is None or fact["method"] not in SCENARIOS[1:]:
        return adjustments.ADJUSTMENTS.empty_table()
    filters = Filters(
        places=(place,),
        periods=(periods.code(fact["period"]),),
        methods=(fact["method"],),
    )
    elements = adjustments.elements_of(workspace, definition)
    return adjustments.changed(source, filters, elements)


def _of_denominator(
    workspace: Workspace, profile: str, fact: Mapping[str, Any]
) -> dict[str, Constant]:
    """Constants of the chain that a candidate denominator comes from."""
    catalogue = workspace.catalogue
    if fact["denominator_source"] not in DENOMINATORS[1:]:
        return {}
    text = catalogue.denominators.get(fact["denominator_source"])
    known = catalogue.profiles[profile].constants
    read = text.constants if text else ()
    return {name: known[name] for name in read if name in known}


ONLY_WITH = {
    "infant_mortality": "target_substituted",
    "sex_ratio_boys_per_girl": "sex_ratio_assumed",
    "design_effect_assumed": "design_effect_assumed",
}
"""Constants that a formula reads only where a flag says so."""


def _constants(
    workspace: Workspace,
    profile: str,
    definition: Indicator | None,
    flags: Sequence[str],
) -> dict[str, Constant]:
    """The constants of a profile that a figure rests on."""
    catalogue = workspace.catalogue
    if definition is None or profile not in catalogue.profiles:
        return {}
    formula = catalogue.formulas.get(definition.formula["kind"])
    known = catalogue.profiles[profile].constants
    return {
        name: known[name]
        for name in (formula.constants if formula else ())
        if name in known and ONLY_WITH.get(name, "") in ("", *flags)
    }


def source_names(workspace: Workspace) -> dict[str, Words]:
    """Identifier -> its name in French and English, as the imports give them."""
    from boloci.lake import merge, snapshots

    live = snapshots.live(workspace.lake)
    key = (workspace.root, *(snapshot.id for snapshot in live))
    if key in _last:
        return _last[key]
    names: dict[str, Words] = {}
    for table, identifier in (("elements", "element"), ("options", "option")):
        for row in merge.table(live, table).to_pylist():
            name = row["name"] or row["name_fr"]
            if name:
                names[row[identifier]] = {"fr": row["name_fr"] or name, "en": name}
    _last.clear()
    _last[key] = names
    return names


_last: dict[tuple[object, ...], dict[str, Words]] = {}
"""Names of the imports asked for last."""


def _named(
    source: Published, rows: pa.Table, names: Mapping[str, Words]
) -> dict[str, Words]:
    """Names of the identifiers that occur in the rows of one fact."""
    found: dict[str, Words] = {}
    for column in ("element", "option"):
        for text in pc.unique(rows[column]).to_pylist():
            if text in names:
                found[text] = names[text]
    for text, place_id in zip(
        rows["place"].to_pylist(), rows["place_id"].to_pylist(), strict=True
    ):
        if place_id in source.by_id:
            name = source.by_id[place_id].name
            found[text] = {"fr": name, "en": name}
    return found


def manifest(source: Published) -> dict[str, Any]:
    """The manifest that a build wrote beside its facts."""
    path = source.path.with_suffix(".json")
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def as_json(explained: Explanation) -> dict[str, Any]:
    """An explanation as plain data, both languages of its texts kept."""
    definition, formula = explained.definition, explained.formula
    texts = ("name", "why", "numerator", "denominator", "null", "source")
    return {
        "fact": dict(explained.fact),
        "definition": definition
        and {name: getattr(definition, name) for name in texts},
        "formula": formula and {"fr": formula.fr, "en": formula.en},
        "flags": dict(explained.flags),
        "constants": {
            name: {"value": constant.value, "source": constant.source}
            for name, constant in explained.constants.items()
        },
        "rows": explained.rows.to_pylist(),
        "names": dict(explained.names),
        "measured": [_plain(row) for row in explained.measured],
        "adjustments": explained.changed.to_pylist(),
        "denominator": explained.denominator
        and {
            name: getattr(explained.denominator, name)
            for name in ("name", "chain", "caveat")
        },
        "inputs": dict(explained.inputs),
        "estimate": _plain(explained.estimate),
        "sexes": dict(explained.sexes),
        "corrections": [dict(row) for row in explained.corrections],
        "evidence": [dict(cause) for cause in explained.evidence],
        "build": dict(explained.manifest),
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its days as text."""
    return {
        name: value.isoformat() if isinstance(value, datetime.date) else value
        for name, value in row.items()
    }
