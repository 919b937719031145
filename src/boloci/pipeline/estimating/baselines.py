"""What simpler ways say of DTP1, to be seen beside the estimate.

naive             doses over the official target, as published
capped            the same, at most 100 %
penta1_derived    over the target that Countdown derives from DTP1 and a survey
survey_worldpop   the nearest survey of the region or district, of gridded births
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import duckdb
import numpy as np

from boloci.pipeline.denominator_views import SOURCES
from boloci.pipeline.estimating.reading import Region
from boloci.stats.estimate import baselines, sums_of_draws
from boloci.stats.estimate.evidence import ANTIGENS, Anchor, Array

NAIVE, CAPPED, DERIVED, SURVEY = (
    *("naive", "capped"),
    *("penta1_derived", "survey_worldpop"),
)


class Baseline(NamedTuple):
    """DTP1 of a place and year by one way: percent, and children without it."""

    way: str
    place: int
    period: int
    coverage: float
    zero_dose: float


def of_doses(file: duckdb.DuckDBPyConnection) -> Iterator[Baseline]:
    """Baselines that a published build tells, of every place and year."""
    for place, period, doses, children in file.execute(_NAIVE).fetchall():
        share = 100 * doses / children
        yield Baseline(NAIVE, place, period, share, children - doses)
        capped = float(baselines.capped(np.array(doses), np.array(children)))
        missed = float(baselines.missed(np.array(capped), np.array(children)))
        yield Baseline(CAPPED, place, period, 100 * capped, missed)
    source = SOURCES.index(DERIVED)
    for place, period, doses, children in file.execute(_DERIVED, [source]).fetchall():
        missed = children - doses
        yield Baseline(DERIVED, place, period, 100 * doses / children, missed)


_NAIVE = """
SELECT f.place, f.period, f.numerator, f.denominator
FROM fact f JOIN indicator i USING (indicator_key)
JOIN method_word m ON m.method = f.method
JOIN denominator_source_word d ON d.denominator_source = f.denominator_source
WHERE i.indicator = 'dtp1_coverage' AND m.word = 'reported' AND d.word = 'target'
  AND f.sex = 0 AND f.period % 100 = 0
  AND f.numerator IS NOT NULL AND f.denominator > 0
ORDER BY ALL
"""
_DERIVED = """
SELECT d.place, d.period, c.total, d.target
FROM denominators d
JOIN population p ON p.population = d.population AND p.name = 'surviving_infants'
JOIN counts c ON c.place = d.place AND c.period = d.period
JOIN element e ON e.element = c.element AND e.code = 'DTP1' AND e.variant = 'target'
WHERE d.method = 0 AND d.denominator_source = ? AND d.period % 100 = 0
  AND d.target > 0 AND c.total IS NOT NULL
ORDER BY ALL
"""


def of_survey(region: Region, of_country: Sequence[Anchor]) -> Mapping[int, Array]:
    """Children with DTP1 by the survey nearest in time, and children, by gridded
    births: sums of areas by key of place, (2, quarters); nan where no survey or no
    births tell. Surveys of the country alone are held where no other tells."""
    evidence = region.evidence
    first, quarters = ANTIGENS.index("DTP1"), evidence.quarters
    of_district = [
        baselines.survey_held(
            _told(evidence.anchors, district) or of_country,
            first,
            quarters,
        )[0]
        for district in range(evidence.districts)
    ]
    share = np.stack(of_district)[evidence.district]
    births = evidence.births[:, evidence.year] / 4
    if not region.gridded:
        births = np.full_like(births, np.nan)
    both = np.stack([births * share, births])
    return {
        place: sums_of_draws.summed(both, of) for place, of in region.belonging.items()
    }


def _told(anchors: Sequence[Anchor], district: int) -> list[Anchor]:
    return [one for one in anchors if one.source >= 0 and district in one.districts]
