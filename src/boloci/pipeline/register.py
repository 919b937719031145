"""The register of corrections as it stands now, before any build.

A person who makes a correction wants to see at once what it finds in the source: the
same rules as in a build (`judging`), asked of the live snapshots.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pyarrow as pa

from boloci.lake import snapshots
from boloci.lake.engines import Engine, connect
from boloci.links import link
from boloci.pipeline import correcting, judging, placing
from boloci.pipeline.judging import Ruling
from boloci.pipeline.understanding import Understood, understand
from boloci.tables import SNAPSHOT
from boloci.workspace import Workspace

NEWEST = 2**31 - 1
"""Sequence of a correction that is no import yet: later than every snapshot."""


def register(workspace: Workspace) -> tuple[pa.Table, Understood]:
    """Every correction in the schema `correcting.REGISTER`, and what is understood."""
    known = understand(workspace, snapshots.live(workspace.lake))
    with _asked(known) as engine:
        rulings = judging.judge(engine, known, placing.told)
    return correcting.register(rulings), known


def ruling_of(
    workspace: Workspace, row: Mapping[str, Any]
) -> tuple[Ruling, Understood]:
    """What a correction that is not imported yet would find, whatever its `expect`.

    `row`: columns of `TIDY["corrections"]`, absent ones blank.
    """
    known = understand(workspace, snapshots.live(workspace.lake))
    schema = SNAPSHOT["corrections"]
    schema = schema.append(pa.field("file", pa.int16()))
    schema = schema.append(pa.field("snapshot", pa.int32()))
    asked = pa.Table.from_pylist([{**row, "snapshot": NEWEST}], schema=schema)
    text = row["place_id"]
    texts = pa.table({"text": [text], "rows": pa.array([1], pa.int64())})
    links, _doubts = link(texts, known.tree)
    ids, keys = known.dimension["place_id"], known.dimension["place_key"]
    by_id = dict(zip(ids.to_pylist(), keys.to_pylist(), strict=True))
    meant = {one["text"]: by_id[one["target"]] for one in links.to_pylist()}
    known = replace(
        known,
        tables={**known.tables, "corrections": asked},
        place_keys={**known.place_keys, **meant},
    )
    with _asked(known) as engine:
        (ruling,) = judging.judge(engine, known, placing.told)
    return ruling, known


@contextmanager
def _asked(known: Understood) -> Iterator[Engine]:
    """An engine on which `judging` can ask what files tell."""
    engine = connect()
    try:
        placing.put_words(engine, known)
        yield engine
    finally:
        engine.connection.close()
