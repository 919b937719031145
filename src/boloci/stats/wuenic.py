"""The arithmetic by which WHO and UNICEF estimate national coverage.

Shares are in percent. Estimates are whole percentages; reported coverage may pass 100.

Source: Burton et al., WHO and UNICEF estimates of national infant immunization
coverage: methods and processes, Bulletin of the WHO 2009; Danovaro-Holliday et al.,
F1000Research 2021.
"""

import math


def whole(percent: float) -> int:
    """A percentage rounded as WHO and UNICEF do: halves go up."""
    return math.floor(percent + 0.5)


def recall_bias_adjusted(
    first_dose: float, *, card_first: float, card_third: float
) -> float:
    """Third dose, corrected for mothers who remember the first and not the third.

    `first_dose` is by card or history; the drop-out seen on cards is taken for all
    children: card third / card first x first dose. Raises `ValueError` where no card
    shows a first dose.
    """
    if not card_first > 0:
        raise ValueError(card_first)
    return card_third / card_first * first_dose


def anchored(anchor: float, *, reported_then: float, reported: float) -> float:
    """A year without a survey: the anchor year's estimate plus the change in what
    was reported since."""
    return anchor + (reported - reported_then)


def implied_zero_dose(first_dose: float, surviving_infants: float) -> float:
    """Children without a first dose that an estimate of DTP1 implies."""
    return surviving_infants * (100 - first_dose) / 100
