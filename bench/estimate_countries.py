"""Synthetic countries on which the estimate is measured: a shape, drawn by a seed."""

from dataclasses import dataclass
from pathlib import Path

from bench.measure import ROOT

HERE = ROOT / "bench" / "countries"
RICH, SURVEYS, NONE = "rich", "surveys only", "no anchor"
SHAPES: dict[str, tuple[str, str | None]] = {
    "mali": (RICH, None),
    "other_faults": (RICH, "other_faults.yaml"),
    "second_shape": (NONE, "second_shape.yaml"),
    "rich_by_sex": (RICH, "rich_by_sex.yaml"),
    "rich_no_sex": (RICH, "rich_no_sex.yaml"),
    "surveys_by_sex": (SURVEYS, "surveys_by_sex.yaml"),
    "surveys_no_sex": (SURVEYS, "surveys_no_sex.yaml"),
    "no_anchor": (NONE, "no_anchor.yaml"),
}
"""What anchors each shape has, and its file; the synthetic Mali has its own."""


@dataclass(frozen=True)
class Country:
    """One draw of a shape."""

    shape: str
    seed: int

    @property
    def name(self) -> str:
        """As it is written on the command line."""
        return f"{self.shape}:{self.seed}"

    @property
    def anchors(self) -> str:
        """Which column of design 8's table holds for it."""
        return SHAPES[self.shape][0]

    @property
    def parameters(self) -> Path | None:
        """Its file; None for the synthetic Mali."""
        file = SHAPES[self.shape][1]
        return HERE / file if file else None


def named(text: str) -> list[Country]:
    """From `SHAPE`, `SHAPE:SEED` or `SHAPE:FIRST-LAST`; seed 1 where none is said.

    Raises `ValueError`.
    """
    shape, _, seeds = text.partition(":")
    if shape not in SHAPES:
        raise ValueError(f"{shape}: not one of {', '.join(SHAPES)}")
    first, _, last = (seeds or "1").partition("-")
    return [Country(shape, seed) for seed in range(int(first), int(last or first) + 1)]
