"""What is believed before any figure is looked at."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scales:
    """Prior means and standard deviations.

    Logs for births, targets, over-reporting, paths of coverage and noise; logits for
    levels of coverage and for what leads from DTP1 to another dose; shares for surveys.
    A walk is a step: a quarter's for coverage, a year's for over-reporting and for the
    coverage of the nation.
    """

    births_nation: float = 0.05
    births_region: float = 0.08
    births_district: float = 0.12
    births_area: float = 0.20
    growth_area: float = 0.025
    season: float = 0.06
    level: float = 1.3
    level_region: float = 1.0
    level_district: float = 0.5
    level_area: float = 0.6
    walk: float = 0.025
    walk_nation: float = 0.05
    path_area: float = 0.065
    path_memory: float = 0.75
    dtp3: float = 2.2
    mcv1: float = 1.5
    next_nation: float = 0.6
    next_region: float = 0.25
    next_district: float = 0.20
    next_area: float = 0.30
    next_walk: float = 0.10
    next_walk_district: float = 0.20
    over: float = 0.15
    over_nation: float = 0.15
    over_walk: float = 0.065
    over_walk_region: float = 0.03
    over_walk_district: float = 0.04
    over_region: float = 0.06
    over_district: float = 0.05
    over_area: float = 0.12
    target_nation: float = 0.20
    target_district: float = 0.10
    target_area: float = 0.26
    flow: float = -2.1
    flow_area: float = 0.7
    apart_nation: float = 0.16
    apart_region: float = 0.07
    apart_district: float = 0.06
    apart_walk: float = 0.02
    apart_walk_region: float = 0.022
    apart_walk_district: float = 0.022
    survey: float = 0.02
    survey_dose: float = 0.02
    shock: float = 0.08
    noise: float = 0.05
