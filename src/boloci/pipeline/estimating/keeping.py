"""Draws of regions, kept in the lake so that what was drawn is not drawn again.

    lake/estimates/draws/NAME.npz    a region's chain, and what it says of the nation

A name is made of all that the draws depend on: the evidence, the scales, the code of
the model, the seed and the length of the chain. So draws that are found are those that
would be drawn now, whatever was drawn before, and a run that was cut off goes on.
"""

import hashlib
import inspect
import os
import time
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from boloci.lake import disk
from boloci.pipeline.estimating.reading import Region
from boloci.stats.estimate import (
    asked,
    layout,
    model,
    nation,
    sampling,
    scales,
    whitening,
)
from boloci.stats.estimate import evidence as evidences
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.scales import Scales

FOLDER = "estimates"
ABANDONED = 86_400
"""Seconds after which a draft of draws is that of a run that was cut off."""
_CODE: tuple[ModuleType, ...] = (
    *(asked, evidences, layout, model, nation, sampling, scales, whitening),
)


@dataclass(frozen=True)
class Kept:
    """A region's draws: see `sampling.Draws` and `nation.Found`."""

    x: Array
    shock: Array
    mean: Array
    covariance: Array
    slopes: Array
    accepted: float
    seconds: float

    @property
    def found(self) -> nation.Found:
        """What the region found out about the nation."""
        return nation.Found(
            self.mean.astype(float),
            self.covariance.astype(float),
            self.slopes.astype(float),
        )


@dataclass(frozen=True)
class Chain:
    """How long a chain is: draws kept, and steps before the first of them."""

    draws: int
    warmup: int


def folder(lake: Path) -> Path:
    """Where draws lie."""
    return lake / FOLDER / "draws"


def name(region: Region, given: Scales, seed: int, chain: Chain) -> str:
    """Name of the file of a region's draws."""
    digest = hashlib.sha256(_code())
    for field in fields(region.evidence):
        digest.update(field.name.encode())
        value = getattr(region.evidence, field.name)
        if isinstance(value, np.ndarray):
            digest.update(f"{value.dtype}{value.shape}".encode())
            digest.update(np.ascontiguousarray(value).tobytes())
        elif field.name == "anchors":
            for one in value:
                digest.update(np.ascontiguousarray(one.weights).tobytes())
                told = (one.name, one.antigen, one.districts, one.share, one.se)
                digest.update(repr((*told, one.source, one.size)).encode())
        else:
            digest.update(repr(value).encode())
    digest.update(repr((region.place_id, given, seed, chain)).encode())
    return digest.hexdigest()[:32]


@cache
def _code() -> bytes:
    """The code that draws depend on, as bytes."""
    return "".join(map(inspect.getsource, _CODE)).encode()


def load(lake: Path, name: str) -> Kept | None:
    """Draws by their name; None where there are none, or half of them."""
    path = folder(lake) / f"{name}.npz"
    try:
        with np.load(path) as held:
            found = {field.name: held[field.name] for field in fields(Kept)}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    found |= {key: float(found[key]) for key in ("accepted", "seconds")}
    return Kept(**found)


def save(lake: Path, name: str, drawn: Kept) -> Kept:
    """Keep draws, and give them as they will be read."""
    path = folder(lake) / f"{name}.npz"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{name}.{os.getpid()}.npz")
    numbers = {field.name: getattr(drawn, field.name) for field in fields(Kept)}
    with disk.disk_full_in_words(lake):
        arrays: dict[str, Any] = {
            key: np.asarray(value, np.float32) for key, value in numbers.items()
        }
        np.savez(draft, **arrays)
        disk.flush_file(draft)
    draft.replace(path)
    disk.flush_folder(path.parent)
    kept = load(lake, name)
    if kept is None:
        raise OSError(path)
    return kept


def prune(lake: Path, names: Collection[str]) -> None:
    """Remove draws of other evidence, and drafts of runs that were cut off."""
    for path in folder(lake).glob("*.npz"):
        if path.name.startswith("."):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
        elif path.stem not in names:
            path.unlink(missing_ok=True)
