"""What is known of one region, as arrays: doses, births, targets, surveys, lots."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Array = Any
"""A NumPy array. NumPy types every index of one as Any, so a nearer type adds noise."""

ANTIGENS = ("BCG", "DTP1", "DTP3", "MCV1")
"""Doses whose coverage is estimated, in the order of every array."""
JOINT = slice(1, None)
"""Those that the joint model is of. BCG is told after it (`bcg`): beside DTP1 it would
tell the level of coverage, and wrongly (record 0021)."""
AGES = (0, 2, 4, 9)
"""Months from birth to when a child is due for each of `ANTIGENS`."""


@dataclass(frozen=True)
class Anchor:
    """A share of children who had a dose, found by asking them: a survey or a lot.

    antigen     number in `ANTIGENS`
    districts   numbers of the districts it speaks of
    weights     (quarters) weight of each quarter's children: those in which the
                children asked were due
    share, se   what was found (0-1), and its standard error
    source      number of the survey, whose bias its figures share; -1: a lot, which is
                taken by its counts
    """

    name: str
    antigen: int
    districts: tuple[int, ...]
    weights: Array
    share: float
    se: float
    source: int = -1
    size: float = 0.0
    """Children of a lot over its design effect."""


@dataclass(frozen=True)
class Evidence:
    """One region. Areas are sorted by district; nan: not known.

    district     of each area
    year         of each quarter, from 0
    doses        (antigens, areas, quarters) doses of the months reported
    completeness (areas, quarters) share of the months open that were reported; 0: none
    births       (areas, years) children due a year by gridded births
    due          (antigens) children due for a dose for each counted by `births`
    targets      (areas, years) official number of the children of `births`
    epoch        (years) number of the census or revision the targets follow
    neighbours   (areas, areas) where those go who are vaccinated elsewhere: each row
                 sums to 1, or to 0 where nobody does
    recounts     area, quarter, log of report over register, standard error
    """

    name: str
    district: Array
    year: Array
    doses: Array
    completeness: Array
    births: Array
    due: Array
    targets: Array
    epoch: Array
    neighbours: Array
    anchors: tuple[Anchor, ...] = ()
    sources: int = 0
    """Surveys of the country, whose biases are national."""
    recounts: tuple[tuple[int, int, float, float], ...] = ()
    season: Array = field(default_factory=lambda: np.arange(4))
    """Season (0-3) of each quarter."""

    @property
    def joint_anchors(self) -> tuple[Anchor, ...]:
        """Those that tell of the level: see `telling_the_level`."""
        return telling_the_level(self.anchors, self.counted)

    @property
    def counted(self) -> frozenset[int]:
        """Numbers of the antigens of which any dose was reported."""
        known = np.isfinite(self.doses) & (self.completeness > 0)
        return frozenset(np.flatnonzero(known.any((1, 2))).tolist())

    @property
    def areas(self) -> int:
        """How many areas."""
        return len(self.district)

    @property
    def quarters(self) -> int:
        """How many quarters."""
        return len(self.year)

    @property
    def districts(self) -> int:
        """How many districts."""
        return int(self.district.max()) + 1


def telling_the_level(
    anchors: Sequence[Anchor], counted: Collection[int]
) -> tuple[Anchor, ...]:
    """Of doses of `JOINT`; of a survey that asked of DTP1, DTP1 for doses counted.

    Mothers remember the first dose better than later ones, and what leads from DTP1 to
    another dose doses tell well. A survey of both would move the level by what it errs
    between them: it was 3 points too high (record 0021).

    counted    antigens of which doses were reported: a survey alone tells the others
    """
    joint = range(len(ANTIGENS))[JOINT]
    first = ANTIGENS.index("DTP1")
    asked = {(one.name, one.districts) for one in anchors if one.antigen == first}
    return tuple(
        one
        for one in anchors
        if one.antigen in joint
        and (
            one.antigen == first
            or one.antigen not in counted
            or (one.name, one.districts) not in asked
        )
    )
