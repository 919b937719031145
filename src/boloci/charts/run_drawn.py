"""What is drawn of a series: itself, an aim, what was done, what was invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from boloci.run_series import Judged


@dataclass(frozen=True)
class Aim:
    """A level to reach, and by when."""

    value: float
    """In the unit of the series."""
    month: str | None = None
    """YYYYMM; None: an aim without a date, which is said."""


@dataclass(frozen=True)
class Annotation:
    """Something done or that happened: a test of change, a visit, a session."""

    month: str
    """YYYYMM."""
    label: str


@dataclass(frozen=True)
class Drawn:
    """A judged series with what is drawn beside it."""

    judged: Judged
    aim: Aim | None = None
    invented: Mapping[str, float] = field(default_factory=dict)
    """Month -> a value that nobody measured. Raises `ValueError` for a month that has
    a value or is not on the chart."""

    def __post_init__(self) -> None:
        values = dict(zip(self.judged.keys, self.judged.values, strict=True))
        wrong = [one for one in self.invented if not np.isnan(values.get(one, 0.0))]
        if wrong:
            raise ValueError("measured, or not on the chart", wrong)

    @property
    def invented_at(self) -> dict[int, float]:
        """The same by position."""
        at = {key: position for position, key in enumerate(self.judged.keys)}
        return {at[month]: float(value) for month, value in self.invented.items()}
