"""A synthetic country with what was told of it: by quarter, and whom surveys asked."""

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np

from boloci.demo import surveys
from boloci.demo.answers import Answers
from boloci.demo.programme import Programme
from boloci.stats.estimate.evidence import AGES, Array

FEWEST_MONTHS = 6
"""Of the twelve months in which children asked were due, so many must be known."""
LEAST_SE = 0.01
"""Of a survey's share."""


@dataclass(frozen=True)
class Told:
    """A synthetic country with what was told of it."""

    known: Answers
    given: Programme
    quarter: Array
    lots: list[dict[str, Any]]
    recounts: list[dict[str, Any]]

    @property
    def quarters(self) -> int:
        """How many quarters."""
        return int(self.quarter.max()) + 1

    def by_quarter(self, monthly: Array) -> Array:
        """(areas, quarters) sums of (areas, months)."""
        result = np.zeros((len(monthly), self.quarters))
        np.add.at(result.T, self.quarter, monthly.T)
        return result


def weights_of(country: Told, middle: datetime.date, antigen: int) -> Array:
    """Weight of each quarter: months in which children asked were due; may be none."""
    first, last = surveys.cohort(country.known.country, middle)
    due = np.arange(first, last + 1) + AGES[antigen]
    due = due[(due >= 0) & (due < len(country.quarter))]
    weights = np.bincount(country.quarter[due], minlength=country.quarters)
    enough = len(due) >= FEWEST_MONTHS
    return weights / len(due) if enough else np.zeros(len(weights))


def middle_of(row: dict[str, Any]) -> datetime.date:
    """Middle of the fieldwork of a survey or lot."""
    start, end = (
        datetime.date.fromisoformat(row[f"fieldwork_{side}"])
        for side in ("start", "end")
    )
    return start + (end - start) / 2
