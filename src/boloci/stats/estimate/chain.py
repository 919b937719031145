"""What is read of a chain after it was drawn, or kept on disk and read again."""

from typing import Protocol

from boloci.stats.estimate.evidence import Array


class Chain(Protocol):
    """Draws of a region's unknowns."""

    @property
    def x(self) -> Array:
        """Unknowns: (draws, size)."""

    @property
    def shock(self) -> Array:
        """What the doses of a quarter share: (draws, areas, quarters)."""
