"""What a published figure is made of: definition, rows, flags, constants, versions.

Every fact can be followed back: its indicator's definition gives the formula in
words, its build's manifest the imports and the catalogue, and `contributions` the
rows of the files that were added up, with those that a later file replaced.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from boloci.catalogue.definitions import Constant, Indicator, Words
from boloci.facts import stream
from boloci.published import Published, published
from boloci.workspace import Workspace

LIMIT = 10
"""Facts explained at once; each may stand on thousands of rows."""


@dataclass(frozen=True)
class Explanation:
    """One fact and everything it stands on."""

    fact: Mapping[str, Any]
    definition: Indicator | None
    flags: Mapping[str, Words]
    """Flag code -> what it says."""
    constants: Mapping[str, Constant]
    """Constants of the profile that the formula used."""
    rows: pa.Table
    """Source rows: see `boloci.pipeline.contributions`."""
    manifest: Mapping[str, Any] = field(default_factory=dict)
    """Of the build: snapshots, catalogue hash, code version, when."""


def explain(
    workspace: Workspace, *, limit: int = LIMIT, **asked: Any
) -> list[Explanation]:
    """Explanations of the first `limit` facts that pass the filters of `facts`.

    Raises `Refused` as `facts` does; no fact gives an empty list.
    """
    rows: list[dict[str, Any]] = []
    for batch in stream(workspace, **asked):
        rows.extend(batch.slice(0, limit - len(rows)).to_pylist())
        if len(rows) >= limit:
            break
    source = published(
        workspace, profile=asked.get("profile", "boloci"), build=asked.get("build")
    )
    return [explanation(workspace, source, row) for row in rows]


def explanation(
    workspace: Workspace, source: Published, fact: Mapping[str, Any]
) -> Explanation:
    """Everything one fact stands on."""
    from boloci import pipeline

    catalogue = workspace.catalogue
    flags = [code for code in (fact["flags"] or "").split(";") if code]
    return Explanation(
        fact=fact,
        definition=catalogue.indicators.get(fact["indicator"]),
        flags={code: catalogue.flags.get(code, {}) for code in flags},
        constants=_constants(workspace, source.profile, fact),
        rows=pipeline.contributions(workspace, fact),
        manifest=manifest(source),
    )


def _constants(
    workspace: Workspace, profile: str, fact: Mapping[str, Any]
) -> dict[str, Constant]:
    """The constants of a profile that the formula of a fact reads."""
    return {}


def manifest(source: Published) -> dict[str, Any]:
    """The manifest that a build wrote beside its facts."""
    path = source.path.with_suffix(".json")
    if not path.exists():
        return {}
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def as_json(explained: Explanation) -> dict[str, Any]:
    """An explanation as plain data, both languages of its texts kept."""
    definition = explained.definition
    return {
        "fact": dict(explained.fact),
        "definition": None
        if definition is None
        else {
            "name": definition.name,
            "why": definition.why,
            "numerator": definition.numerator,
            "denominator": definition.denominator,
            "null": definition.null,
            "formula": dict(definition.formula),
            "source": definition.source,
        },
        "flags": dict(explained.flags),
        "constants": {
            name: {"value": constant.value, "source": constant.source}
            for name, constant in explained.constants.items()
        },
        "rows": explained.rows.to_pylist(),
        "build": dict(explained.manifest),
    }
