"""Scores of a country's regions together, and of many countries together."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bench import estimate_scores as scores
from bench.estimate_judged import Compared, Judged

Scored = dict[str, Any]


def scored(regions: Sequence[Judged]) -> Scored:
    """Figures of a country: of each compared figure, of totals, of the worst fifth."""
    figures = {
        what: _figure([one.compared[what] for one in regions])
        | {"regions": {one.name: _inside(one.compared[what]) for one in regions}}
        for what in regions[0].compared
    }
    missed = {
        way: np.concatenate([one.missed[way] for one in regions])
        for way in regions[0].missed
    }
    truth = missed.pop("truth")
    drawn = np.sum([one.draws for one in regions], axis=0)
    low, high = np.quantile(drawn, [0.05, 0.95])
    years = range(truth.shape[1])
    return {
        "figures": figures,
        "zero_dose": {
            way: scores.off(float(np.nansum(found)), float(truth.sum()))
            for way, found in missed.items()
            if np.isfinite(found).any()
        },
        "zero_dose_inside": bool(low <= truth.sum() <= high),
        "worst_fifth": {
            way: float(
                np.mean([scores.worst_found(found[:, y], truth[:, y]) for y in years])
            )
            for way, found in missed.items()
            if np.isfinite(found).any()
        },
    }


def _figure(parts: Sequence[Compared]) -> Scored:
    truth = np.concatenate([part.truth for part in parts])
    found = {
        way: np.concatenate([part.found[way] for part in parts])
        for way in parts[0].found
    }
    bounds = {
        way: np.concatenate([part.bounds[way] for part in parts], axis=1)
        for way in parts[0].bounds
    }
    known = np.all([np.isfinite(x) for x in found.values() if np.isfinite(x).any()], 0)
    return {
        "values": len(truth),
        "together": int(known.sum()),
        "everywhere": scores.rmse(found["model"], truth),
        "rmse": {
            way: scores.rmse(value[known], truth[known])
            for way, value in found.items()
            if np.isfinite(value).any()
        },
        "within": {
            way: scores.within(truth, *ends)
            for way, ends in bounds.items()
            if np.isfinite(ends).any()
        },
        "winkler": {
            way: scores.winkler(truth, *ends)
            for way, ends in bounds.items()
            if np.isfinite(ends).any()
        },
    }


def _inside(part: Compared) -> float:
    return scores.within(part.truth, *part.bounds["model"])


def printed(told: Mapping[str, Any]) -> str:
    """The figures of a country as lines of text."""
    lines = []
    for what, figure in told["figures"].items():
        ways = ", ".join(f"{way} {error:.3f}" for way, error in figure["rmse"].items())
        regions = figure["regions"].values()
        lines.append(
            f"{what}: error {figure['everywhere']:.3f} (where all tell: {ways})"
        )
        lines.append(
            f"  in the 90 % interval {figure['within']['model']:.2f}"
            f" (regions {min(regions):.2f} to {max(regions):.2f}); interval score "
            + ", ".join(f"{way} {x:.3f}" for way, x in figure["winkler"].items())
        )
    totals = ", ".join(f"{way} {x:+.0f} %" for way, x in told["zero_dose"].items())
    inside = "in" if told["zero_dose_inside"] else "not in"
    lines.append(f"zero-dose children, off by: {totals}; truth {inside} the interval")
    worst = ", ".join(f"{way} {x:.2f}" for way, x in told["worst_fifth"].items())
    lines.append(f"worst fifth of areas, found of what knowing finds: {worst}")
    return "\n".join(lines)
