"""The estimate of the share of children who had DTP1, against the answer key.

usage: python -m bench.estimate COUNTRY REGION...   (the measured side: prints JSON)
Each region of a synthetic country is told to the model as arrays: doses, completeness,
gridded births, targets, surveys, lots, recounts, with all faults that are planted. The
error is the root mean square of what the estimate and the truth differ by, over areas
and quarters and over districts and quarters; beside it doses over the official target
as they are, the same capped at 100 %, and the region's latest survey everywhere.
Nothing was chosen on the countries that are held out.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.measure import ROOT, Line, python

HERE = ROOT / "bench" / "countries"
COUNTRIES: dict[str, tuple[int, Path | None]] = {
    "synthetic Mali, seed 11 (chosen on)": (11, None),
    "synthetic Mali, seed 905 (held out)": (905, None),
    "other faults, seed 904 (held out)": (904, HERE / "other_faults.yaml"),
}
DRAWS, WARMUP = 200, 100
LIMITS = {"area": 0.095, "district": 0.035}
"""Design 8, for a country with surveys and lots."""
Scores = dict[str, dict[str, float]]


def estimate(data: Path, _areas: int | None = None) -> Iterator[Line]:
    """Errors and intervals of every country, all its regions pooled."""
    for name in COUNTRIES:
        measured = python("bench.estimate", name)
        told = json.loads(measured.output.splitlines()[-1])
        for level, limit in LIMITS.items():
            found = told[level]
            detail = ", ".join(f"{way} {found[way]:.3f}" for way in found)
            what = f"{name}: error of {level}-quarter DTP1"
            yield Line(what, found["model"], limit, unit="", detail=detail)
            what = f"{name}: {level}-quarters in their 90 % interval"
            yield Line(what, 100 * found["within"], 87, at_least=True, unit="%")
        what = f"{name}: zero-dose children, off by"
        yield Line(what, abs(told["country"]["zero_dose"]), 10, unit="%")
        yield Line(
            f"{name}: seconds", measured.wall, 300, unit="s", detail=str(measured)
        )


BENCHES = {"estimate": estimate}


def measured(name: str, wanted: Sequence[str]) -> dict[str, dict[str, float]]:
    """Scores of a country, or of some of its regions."""
    import numpy as np

    from bench.estimate_regions import regions

    seed, parameters = COUNTRIES[name]
    parts = []
    for number, one in enumerate(regions(seed, parameters)):
        if not wanted or one.evidence.name in wanted:
            parts.append(_compared(one, np.random.default_rng([seed, number])))
            print(one.evidence.name, told(parts[-1:]), file=sys.stderr, flush=True)
    return told(parts)


def _compared(one: Any, rng: Any) -> dict[str, Any]:
    """Truth and estimates of a region, by area and by district."""
    import numpy as np

    from boloci.stats.estimate.model import Model
    from boloci.stats.estimate.realised import realised
    from boloci.stats.estimate.sampling import sample
    from boloci.stats.estimate.scales import Scales

    e = one.evidence
    model = Model(e, Scales())
    drawn = sample(model, rng, draws=DRAWS, warmup=WARMUP)
    reached, due = (counted[1] for counted in realised(model, drawn, rng))
    first = model.first
    doses = np.nan_to_num(e.doses[1])
    target = np.nan_to_num(e.targets[:, e.year]) / 4 * e.completeness
    surveys = [a.share for a in e.anchors if a.source >= 0 and a.antigen == 1]

    def at(values: Any, level: str) -> Any:
        return values if level == "area" else np.add.reduceat(values, first, axis=-2)

    result: dict[str, Any] = {"draws": (due - reached).sum((1, 2))}
    result["missed"] = (one.due - one.reached).sum()
    for level in LIMITS:
        below = at(one.due, level)
        share = at(reached, level) / np.maximum(at(due, level), 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            truth = at(one.reached, level) / below
            naive = at(doses, level) / at(target, level)
        low, high = np.quantile(share, [0.05, 0.95], axis=0)
        known = (below > 0) & np.isfinite(naive)
        result[level] = {
            "truth": truth[known],
            "model": share.mean(0)[known],
            "naive": naive[known],
            "capped": np.minimum(naive[known], 1),
            "survey": np.full(known.sum(), surveys[-1] if surveys else np.nan),
            "inside": ((truth >= low) & (truth <= high))[known],
        }
    return result


def told(parts: Sequence[dict[str, Any]]) -> Scores:
    """Root mean square errors, shares in intervals and the zero-dose total, pooled."""
    import numpy as np

    result: Scores = {}
    for level in LIMITS:
        pooled = {
            key: np.concatenate([part[level][key] for part in parts])
            for key in parts[0][level]
        }
        inside = pooled.pop("inside").mean()
        truth = pooled.pop("truth")
        result[level] = {
            way: float(np.sqrt(np.nanmean((found - truth) ** 2)))
            for way, found in pooled.items()
        }
        result[level]["within"] = float(inside)
    drawn = sum(part["draws"] for part in parts)
    missed = sum(part["missed"] for part in parts)
    result["country"] = {"zero_dose": float(100 * (np.mean(drawn) / missed - 1))}
    return result


if __name__ == "__main__":
    print(json.dumps(measured(sys.argv[1], sys.argv[2:])))
