"""What of the lake is in the published figures."""

import json
from functools import lru_cache
from pathlib import Path

from boloci.hub.current import build_file


def published_snapshots() -> set[str]:
    """Ids of the imports that the current build was made from."""
    file = build_file()
    return set(_snapshots(file)) if file else set()


@lru_cache(maxsize=4)
def _snapshots(build: str) -> tuple[str, ...]:
    manifest = Path(build).with_suffix(".json").read_text(encoding="utf-8")
    return tuple(json.loads(manifest)["snapshots"])
