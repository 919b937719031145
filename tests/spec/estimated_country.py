"""A country small enough to be estimated in a second or two: two regions, eight areas.

In truth 80 children in 100 have DTP1, reports tell a tenth too many doses, and official
targets are a fifth too low.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pyarrow as pa

from boloci import pipeline
from boloci.pipeline import Chain, EstimateReport
from tests.spec.small_country import Country

CHAIN = Chain(draws=24, warmup=16)
"""Far too short for figures that anybody would use."""
BIRTHS, REACHED, OVER, TARGET = 480, 0.8, 1.1, 0.8
SHARES = {"BCG": 1.1, "DTP1": 1.0, "DTP3": 0.9, "MCV1": 0.85}
ESTIMATED = (
    *("bcg_coverage", "dtp1_coverage", "dtp3_coverage", "mcv1_coverage"),
    *("zero_dose_children", "zero_dose_share"),
    *("under_immunised_children", "under_immunised_share"),
    *("dtp1_sex_gap", "dtp1_sex_gap_relative", "dropout_dtp1_dtp3"),
    *("births", "over_reporting", "target_bias"),
)
REGIONS = {"R1": ("D1", "D2"), "R2": ("D3", "D4")}
DISTRICTS = {
    district: (f"{district}A", f"{district}B")
    for district in itertools.chain(*REGIONS.values())
}
AREAS = tuple(itertools.chain(*DISTRICTS.values()))
YEARS = (2022, 2023)

PLACES = "\n".join(
    [
        "place_id name level parent_id valid_from valid_to",
        "C Country country . . .",
        *(f"{region} {region}-name region C . ." for region in REGIONS),
        *(f"{d} {d}-name district {r} . ." for r, own in REGIONS.items() for d in own),
        *(f"{a} {a}-name area {d} . ." for d, own in DISTRICTS.items() for a in own),
    ]
)
SURVEY = (
    "survey indicator place_id fieldwork_start fieldwork_end age_min_months"
    " age_max_months evidence timing dose sex estimate standard_error n"
)


def asked(place: str, share: float, *, on: str = "2023-11", dose: str = "DTP1") -> str:
    """A line of a household survey of 600 children of 12 to 23 months."""
    when = f"{on}-01 {on}-28 12 23 card_or_history by_survey crude"
    return f"EDS {dose} {place} {when} . {share} .02 600"


def lot(place: str, vaccinated: int) -> str:
    """A line of a lot of 19 children in five clusters."""
    days = "2023-11-06 2023-11-10 DTP1 12 23"
    return f"LQ {place} {days} {vaccinated} 19 5 13 .8 .5 900"


LOTS = (
    "round place_id fieldwork_start fieldwork_end indicator age_min_months"
    " age_max_months vaccinated sample clusters decision_number upper lower"
    " lot_population"
)


def doses(
    elements: Iterable[str] = SHARES,
    *,
    sexes: bool = True,
    when: Callable[[str, int], bool] = lambda _area, _month: True,
) -> str:
    """Monthly doses of every area, of the months that `when` lets through."""
    lines = ["element place_id period sex value"]
    parts = (("female", 0.48), ("male", 0.52)) if sexes else ((".", 1.0),)
    for element, area in itertools.product(elements, AREAS):
        for year, month in itertools.product(YEARS, range(1, 13)):
            if not when(area, year * 100 + month):
                continue
            season = 1 + 0.05 * ((month + AREAS.index(area)) % 3 - 1)
            given = BIRTHS / 12 * REACHED * OVER * SHARES[element] * season
            for sex, share in parts:
                period = f"{year}{month:02d}"
                lines.append(f"{element} {area} {period} {sex} {round(given * share)}")
    return "\n".join(lines)


def targets(
    *, gridded: bool = True, official: Mapping[str, float] | None = None
) -> str:
    """Official surviving infants, and gridded births beside them."""
    lines = ["population place_id year value source"]
    for area, year in itertools.product(AREAS, YEARS):
        target = (official or {}).get(area, round(BIRTHS * TARGET))
        lines.append(f"surviving_infants {area} {year} {target} .")
        if gridded:
            lines.append(f"live_births {area} {year} {BIRTHS} worldpop")
    return "\n".join(lines)


def surveys(*lines: str) -> str:
    """A survey of both regions at what is true, or of these lines."""
    return "\n".join(
        [SURVEY, *(lines or [asked(region, REACHED) for region in REGIONS])]
    )


def told(**other: str | None) -> dict[str, str]:
    """Tables of the whole country; those given stand in, None takes one out."""
    usual = {
        "places": PLACES,
        "values": doses(),
        "targets": targets(),
        "surveys": surveys(),
    }
    return {name: text for name, text in {**usual, **other}.items() if text is not None}


def estimated(made: Country, **asked_for: Any) -> EstimateReport:
    """An estimate by chains that are quick and rough."""
    return pipeline.estimate(made.workspace, chain=CHAIN, **asked_for)


def figures(made: Country, indicator: str = "", **filters: Any) -> list[dict[str, Any]]:
    """Estimated facts, of every indicator that is estimated or of one."""
    filters["indicator"] = indicator or ESTIMATED
    found: pa.Table = made.workspace.facts(method="estimated", **filters)
    return found.to_pylist()


def figure(made: Country, indicator: str, place: str, period: str) -> dict[str, Any]:
    """The one estimate of both sexes."""
    (found,) = figures(made, indicator, place=place, period=period, sex="total")
    return found
