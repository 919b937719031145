"""What findings may not tell a reader: names of places that are hidden from him, and
in public what could endanger people.

A finding about a district can name the health area where its month went wrong. Who
may not see that area reads "…" in its stead.
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyarrow as pa

from boloci import whereabouts
from boloci.hub.current import current, workspace
from boloci.hub.rights import PUBLIC_EVENTS, Scope
from boloci.published import Published

NAMED = "named"
"""Column of `with_names`."""


def with_names(findings: pa.Table) -> pa.Table:
    """Findings, each with what its sentence names beside its own place.

    To read the parameters of ten thousand sentences takes longer than to show a page;
    so they are read once, for all scopes.
    """
    named = [sorted(_names(text)) for text in findings["params"].to_pylist()]
    return findings.append_column(NAMED, pa.array(named, pa.list_(pa.string())))


def withheld(scope: Scope, findings: pa.Table) -> pa.Table:
    """Findings of readable places with hidden names and events left out."""
    known = NAMED in findings.column_names
    if scope.everywhere or not findings.num_rows:
        return findings.drop_columns([NAMED]) if known else findings
    named = (findings if known else with_names(findings))[NAMED].to_pylist()
    findings = findings.drop_columns([NAMED]) if known else findings
    hidden = _hidden(scope, current())
    texts = findings["params"].to_pylist()
    told = [
        text if hidden.isdisjoint(names) else _without(text, hidden)
        for text, names in zip(texts, named, strict=True)
    ]
    findings = _replaced(findings, "params", told)
    if scope.signed_in:
        return findings
    contexts = [_public(text) for text in findings["context"].to_pylist()]
    return _replaced(findings, "context", contexts)


def without_points(scope: Scope) -> frozenset[str]:
    """Ids of places whose point a reader is not told: in public those marked
    sensitive, and all that lie inside them."""
    if scope.signed_in:
        return frozenset()
    return _inside(whereabouts.sensitive(workspace()), current())


@lru_cache(maxsize=8)
def _inside(marked: frozenset[str], source: Published) -> frozenset[str]:
    inside = {p.place_id for p in source.places if marked & set(p.path.split("/"))}
    return marked | inside


def _replaced(table: pa.Table, name: str, texts: list[str | None]) -> pa.Table:
    at = table.column_names.index(name)
    return table.set_column(at, name, pa.array(texts, pa.string()))


@lru_cache(maxsize=64)
def _hidden(scope: Scope, source: Published) -> frozenset[str]:
    """Names of the places that a scope does not see."""
    seen = scope.places
    return frozenset(one.name for one in source.places if one.place_id not in seen)


def _names(text: str | None) -> set[str]:
    """Words that the parameters of a sentence could name places with."""
    if not text:
        return set()
    params: dict[str, Any] = json.loads(text)
    own = params.pop("place", None)
    words = _words(list(params.values()))
    return {part for word in words for part in (word, *word.split(", "))} - {own}


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    if isinstance(value, list):
        for one in value:
            yield from _words(one)


def _without(text: str, hidden: frozenset[str]) -> str:
    """Parameters of a sentence without hidden names; its own place is readable."""
    params: dict[str, Any] = json.loads(text)
    own = params.get("place")
    told = {
        name: value if name == "place" else _known(value, hidden, own)
        for name, value in params.items()
    }
    return text if told == params else json.dumps(told, ensure_ascii=False)


def _known(value: Any, hidden: frozenset[str], own: Any) -> Any:
    """A parameter without names that are hidden, but for that of its own place."""
    if isinstance(value, str):
        named = {value, *value.split(", ")} - {own}
        return None if named & hidden else value
    if isinstance(value, list):
        known = (_known(one, hidden, own) for one in value)
        return [one for one in known if one is not None]
    return value


def _public(context: str | None) -> str | None:
    """The events around a finding that everyone may know of."""
    if not context:
        return context
    events = [e for e in json.loads(context) if e.get("kind") in PUBLIC_EVENTS]
    return json.dumps(events, ensure_ascii=False) if events else ""
