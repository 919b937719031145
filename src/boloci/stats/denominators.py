"""Candidate denominators: chains from live births, first antenatal visits, Penta1.

Nobody counts the children of a district; several figures stand in for them, each
wrong in its own way. A chain goes from one figure to every cohort by rates that are
constants of the profile. All numbers are persons, shares are 0-1, null stays null.
Source: Countdown to 2030, cd2030 (denominators from DHIS2, ANC1 and Penta1).
"""

from dataclasses import dataclass

from boloci.tables import POPULATIONS

COHORTS = (*POPULATIONS, "deliveries", "births", "infants_measles", "children_mcv2")
"""Cohorts that a denominator may be of: populations, and those only chains know."""

CIRCULAR = ("penta1",)
"""Sources made of the very doses of DTP1: its coverage is the survey's everywhere."""
CIRCULAR_AT_BASE = ("penta1_derived",)
"""Sources made of DTP1 for the whole country in one base year only."""
CIRCULAR_ELEMENT = "DTP1"

REFUSE, WARN = "refuse", "warn"
REMAINDERS = ("target_minus_doses", "not_reached", "not_reached_share")
"""Kinds of formula that are what doses leave of their target."""


@dataclass(frozen=True)
class Rates:
    """Constants of the chains, each a share (0-1)."""

    stillbirth: float
    """Stillbirths per birth."""
    neonatal: float
    """Deaths before 28 days per live birth."""
    postneonatal: float
    """Deaths from 28 days to the first birthday, per child alive at 28 days."""
    twin: float
    """Deliveries of twins, counted by children: births = deliveries / (1 - half)."""
    pregnancy_loss: float
    """Pregnancies lost before delivery."""


def per_live_birth(rates: Rates) -> dict[str, float]:
    """Persons of each cohort around birth for one live birth."""
    births = 1 / (1 - rates.stillbirth)
    deliveries = births * (1 - rates.twin / 2)
    return {
        "live_births": 1.0,
        "births": births,
        "deliveries": deliveries,
        "pregnant_women": deliveries / (1 - rates.pregnancy_loss),
    }


def per_infant(rates: Rates, *, mcv2_as_mcv1: bool = False) -> dict[str, float]:
    """Children of each later cohort for one infant at the age of Penta1.

    Measles: less one postneonatal mortality; its second dose: less two. cd2030 works
    both out and then holds MCV2 against the first in most chains (`mcv2_as_mcv1`).
    """
    measles, toddlers = 1 - rates.postneonatal, 1 - 2 * rates.postneonatal
    return {
        "surviving_infants": 1.0,
        "infants_measles": measles,
        "children_12_23_months": toddlers,
        "children_mcv2": measles if mcv2_as_mcv1 else toddlers,
    }


def infants_per_live_birth(rates: Rates) -> float:
    """Infants at the age of Penta1 for one live birth."""
    return 1 - rates.neonatal


def live_births_per_pregnancy(rates: Rates) -> float:
    """Live births for one pregnancy: the chain from ANC1, whose visits / their survey
    coverage are the pregnancies."""
    return 1 / per_live_birth(rates)["pregnant_women"]


def refusal(kind: str, element: str, source: str, rule: str) -> str:
    """Where a figure of a dose cannot be told from a source of denominators.

    `kind`: kind of formula; `rule`: the profile's `circular_denominators`. Gives
    "always", "where_circular" (in rows with the flag `circular_denominator`) or "".
    From `penta1`, DTP1 coverage is the survey's and its zero-dose an assumption; from
    `penta1_derived` so for the country in its base year.
    """
    if rule != REFUSE or element != CIRCULAR_ELEMENT:
        return ""
    if source in CIRCULAR:
        return "always"
    if source in CIRCULAR_AT_BASE and kind in REMAINDERS:
        return "where_circular"
    return ""
