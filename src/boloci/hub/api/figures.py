"""Facts, findings and inequality, as rows."""

from typing import Any

import pyarrow as pa

from boloci import facts as figuring
from boloci.hub import reading
from boloci.hub.api import asked as asking
from boloci.hub.api.cursors import Start
from boloci.hub.api.places import chosen
from boloci.hub.current import current, workspace
from boloci.hub.language import spoken
from boloci.hub.rights import Scope
from boloci.hub.streaming import stream
from boloci.tables import FACTS, FINDINGS, finding_of
from boloci.wording import finding_sentence

SAID = pa.schema([*FINDINGS, *((name, pa.string()) for name in ("sentence", "action"))])
"""Findings, each in words of the language spoken."""


def facts(
    scope: Scope, asked: asking.Facts, start: Start, build: str
) -> tuple[pa.Table, Start | None]:
    """Readable facts from a start on, and where the next page begins.

    Without a place one indicator is read after the other, which keeps pages of a
    whole country quick.
    """
    question = {**_with_places(scope, asked), "build": build}
    _source, filters = figuring.understand(workspace(), **question)
    names = filters.indicators or tuple(current().indicators)
    parts = [{}] if asked.place else [{"indicator": name} for name in names]
    batches: list[pa.RecordBatch] = []
    wanted = asked.limit
    for number in range(start.part, len(parts)):
        at = 0
        first = start.row if number == start.part else 0
        for batch in stream(scope, **{**question, **parts[number]}):
            inside = batch.slice(max(0, first - at))
            at += batch.num_rows
            if inside.num_rows > wanted:
                batches.append(inside.slice(0, wanted))
                stopped = Start(number, at - inside.num_rows + wanted)
                return pa.Table.from_batches(batches, FACTS), stopped
            batches.append(inside)
            wanted -= inside.num_rows
    return pa.Table.from_batches(batches, FACTS), None


def findings(
    scope: Scope, asked: asking.Findings, start: Start, build: str
) -> tuple[pa.Table, Start | None]:
    """Readable findings from a start on, in words, and where the next page begins."""
    question = {**_with_places(scope, asked), "build": build}
    found, after = cut(reading.findings(scope, **question), start, asked.limit)
    catalogue = workspace().catalogue
    rows = found.to_pylist()
    for row in rows:
        row["sentence"], row["action"] = finding_sentence(
            finding_of(row), catalogue, spoken()
        )
    return pa.Table.from_pylist(rows, schema=SAID), after


def inequality(scope: Scope, asked: asking.Inequality) -> pa.Table:
    """Measures between the groups of a readable place, all of them readable."""
    here = chosen(scope, asked.place) if asked.place else reading.country(scope)
    question = asked.question()
    for name in ("indicator", "over", "place"):
        question.pop(name, None)
    return reading.unequal(
        scope, asked.indicator, here, asked.over, as_="inequality", **question
    )


def cut(rows: pa.Table, start: Start, most: int) -> tuple[pa.Table, Start | None]:
    """A page of rows, and where the next begins."""
    after = start.row + most
    more = Start(start.part, after) if after < rows.num_rows else None
    return rows.slice(start.row, most), more


def _with_places(scope: Scope, asked: asking.Filters) -> dict[str, Any]:
    """A question with the identifiers of the places that its words name."""
    question = asked.question()
    if asked.place:
        question["place"] = [chosen(scope, words).place_id for words in asked.place]
    return question
