"""The tables of an estimate: facts, and what pages show beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from boloci import periods
from boloci.pipeline.estimating.figures import Figures, Place, Times, figures, refusal
from boloci.stats.estimate import sums_of_draws
from boloci.stats.estimate.evidence import Array
from boloci.stats.estimate.sums_of_draws import Figure
from boloci.stats.vocabulary import BOTH, FLAGS

QUANTILES = 41
SPREAD = ("zero_dose_share", "zero_dose_children")
SENSITIVE = ("dtp1_coverage", "zero_dose_children")
DIGITS = 4
"""Decimals that are kept: a ten-thousandth of a child or of a point."""
BIRTHS, BOTH_KEPT = "births", "births_and_coverage"

_NUMBERS = ("numerator", "denominator", "value", "lower", "upper")


@dataclass
class Tables:
    """Rows of the tables, gathered place by place; `place` is a key of the build."""

    when: Times
    facts: list[dict[str, Any]] = field(default_factory=list)
    spread: list[dict[str, Any]] = field(default_factory=list)
    sensitivity: list[dict[str, Any]] = field(default_factory=list)
    shares: dict[int, Array] = field(default_factory=dict)
    """(draws, years) percent of zero-dose children, of places whose level is told."""
    coverage: dict[int, Array] = field(default_factory=dict)
    """(years) DTP1 coverage of the same."""
    by_doses: dict[int, Array] = field(default_factory=dict)
    """(years) the same without the shift that surveys and lots force."""

    def add(self, one: Place) -> None:
        """Take a place."""
        every = list(figures(one))
        # Of all at once: a call for each takes longer than the work that it does.
        together = sums_of_draws.figure(np.stack([found.draws for found in every], 1))
        years = self.when.at(periods.YEAR)
        for number, found in enumerate(every):
            refused = refusal(one, found.needs)
            told = together.at(number)
            rows = fact_rows(one.key, found, told, self.when, refused)
            self.facts.append(_some(rows, one.there))
            if found.sex != BOTH or refused:
                continue
            if found.indicator in SPREAD:
                self._spread(one, found)
            if found.indicator in SENSITIVE:
                self._sensitive(one.key, found.indicator, told.at(years), BIRTHS)
            if found.indicator == "zero_dose_share":
                self.shares[one.key] = found.draws[:, years].astype(np.float32)
            if found.indicator == "dtp1_coverage":
                self.coverage[one.key] = found.draws[:, years].mean(0)
                sums = (one.sum(name)[:, years].mean(0) for name in ("by_doses", "due"))
                self.by_doses[one.key] = sums_of_draws.share(*sums)
                self._kept(one)

    def _spread(self, one: Place, found: Figures) -> None:
        at = [*self.when.at(periods.YEAR), *self.when.at(periods.QUARTER)[-1:]]
        unknown = np.isnan(found.draws).any(0)
        known = [n for n in at if one.there[n] and not unknown[n]]
        shares = np.linspace(0, 1, QUANTILES)
        quantiles = np.quantile(found.draws[:, known], shares, axis=0)
        self.spread += [
            {
                "place": one.key,
                "period": self.when.codes[n],
                "indicator": found.indicator,
                "quantiles": quantiles[:, number].tolist(),
            }
            for number, n in enumerate(known)
        ]

    def _kept(self, one: Place) -> None:
        """What comes out if births x coverage is kept, not births."""
        reached, due = one.sum("kept"), one.sum("kept_due")
        share = sums_of_draws.share(reached, due)
        years = self.when.at(periods.YEAR)
        for name, draws in zip(SENSITIVE, (share, due - reached), strict=True):
            told = sums_of_draws.figure(draws[:, years])
            self._sensitive(one.key, name, told, BOTH_KEPT)

    def _sensitive(self, key: int, indicator: str, told: Figure, kept: str) -> None:
        """Rows of a place, year by year."""
        self.sensitivity += [
            {
                "place": key,
                "period": self.when.codes[n],
                "kept": kept,
                "indicator": indicator,
                "value": float(told.value[at]),
                "lower": float(told.lower[at]),
                "upper": float(told.upper[at]),
            }
            for at, n in enumerate(self.when.at(periods.YEAR))
            if not np.isnan(told.value[at])
        ]


def _some(rows: Mapping[str, Any], there: Array) -> dict[str, Any]:
    """Columns of facts in some periods only."""
    return {
        name: column[there] if isinstance(column, np.ndarray) else column
        for name, column in rows.items()
    }


def fact_rows(
    key: int,
    found: Figures,
    told: sums_of_draws.Figure,
    when: Times,
    refused: int,
) -> dict[str, Any]:
    """Columns of one indicator of a place: a row a period.

    told    (periods) mean and interval of its draws; a value that some draw does not
            know, nobody being due in it, is refused
    """
    known = ~np.isnan(told.value) & (not refused)
    flags = np.where(known, 0, refused or FLAGS["refused"])
    return {
        "indicator": found.indicator,
        "sex": found.sex,
        "place": key,
        "period": when.column,
        "flags": flags,
        "numerator": _rounded(found.numerator, known),
        "denominator": _rounded(found.denominator, known),
        **{name: _rounded(getattr(told, name), known) for name in _NUMBERS[2:]},
    }


def _rounded(values: Array | None, known: Array) -> Array:
    if values is None:
        return np.full(len(known), np.nan)
    return np.where(known, np.round(values, DIGITS), np.nan)


def fact_table(parts: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Facts of `fact_rows` as one table; nan becomes null."""
    parts = list(parts)
    counts = [len(part["period"]) for part in parts]
    columns: dict[str, Any] = {
        name: pa.array(np.repeat([part[name] for part in parts], counts))
        for name in ("indicator", "sex", "place")
    }
    for name in ("period", "flags", *_NUMBERS):
        joined: Array = np.concatenate([part[name] for part in parts])
        columns[name] = pa.array(joined, from_pandas=name in _NUMBERS)
    return pa.table(columns)


def worst(
    members: Mapping[tuple[int, str], list[int]],
    shares: Mapping[int, Array],
    years: tuple[int, ...],
    rng: np.random.Generator,
) -> list[dict[str, Any]]:
    """Chance of each place to be in the fifth with the highest zero-dose share.

    members    places of one level among which a place stands, by key of the region or
               country and level; of fewer than five there is no fifth
    shares     (draws, years) of places whose level is told
    """
    rows = []
    for (among, _level), several in members.items():
        told = [place for place in several if place in shares]
        for at, year in enumerate(years):
            known = [p for p in told if not np.isnan(shares[p][:, at]).any()]
            if len(known) < FEWEST:
                continue
            drawn = np.stack([shares[place][:, at] for place in known], 1).astype(float)
            drawn += rng.random(drawn.shape) * _TIE
            first = np.argsort(-drawn, axis=1)[:, : round(len(known) / 5)]
            chance = np.bincount(first.ravel(), minlength=len(known)) / len(drawn)
            rows += [
                {"place": place, "period": year, "among": among, "chance": float(one)}
                for place, one in zip(known, chance, strict=True)
            ]
    return rows


FEWEST = 5
"""Places that have a fifth."""
_TIE = 1e-6
"""Percent by which places that tie in a draw are told apart, by chance."""
