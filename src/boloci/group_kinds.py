"""What kind each group of places is: programme, study, project, administrative.

As the sources tell it, else as the country's catalogue does. A build does not hold it:
no figure depends on it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from boloci.lake import merge
from boloci.lake.snapshots import live
from boloci.workspace import Workspace


def kinds(workspace: Workspace) -> Mapping[str, str]:
    """Kinds by the groups' ids, of all groups that are told of."""
    which = tuple(one.id for one in live(workspace.lake))
    known = {code: one.kind for code, one in workspace.catalogue.country.groups.items()}
    return {**known, **_told(workspace.lake, which)}


@lru_cache(maxsize=4)
def _told(lake: Path, _which: Sequence[str]) -> Mapping[str, str]:
    rows = merge.table(live(lake), "groups").select(["group", "kind"]).to_pylist()
    return {row["group"]: row["kind"] for row in rows if row["kind"]}
