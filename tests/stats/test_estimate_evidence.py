"""Which of what was found by asking tells the level of coverage."""

from typing import Any

import numpy as np

from boloci.stats.estimate.evidence import ANTIGENS, Anchor, telling_the_level
from tests.stats.simulated_region import empty

EVERY = range(len(ANTIGENS))


def _anchor(dose: str, *, name: str = "EDS", district: int = 0) -> Anchor:
    at = ANTIGENS.index(dose)
    return Anchor(name, at, (district,), np.ones(1), 0.8, 0.02, source=0)


def _doses(anchors: Any, counted: Any = EVERY) -> list[str]:
    return [ANTIGENS[one.antigen] for one in telling_the_level(anchors, counted)]


def test_of_a_survey_the_first_dose_tells_the_level() -> None:
    assert _doses([_anchor(dose) for dose in ANTIGENS]) == ["DTP1"]


def test_a_survey_that_did_not_ask_of_dtp1_tells_it_by_another_dose() -> None:
    assert _doses([_anchor("BCG"), _anchor("DTP3")]) == ["DTP3"]


def test_a_dose_that_is_not_counted_is_told_by_the_survey_alone() -> None:
    asked = [_anchor("DTP1"), _anchor("MCV1")]
    assert _doses(asked, {ANTIGENS.index("DTP1")}) == ["DTP1", "MCV1"]


def test_surveys_and_places_are_taken_one_by_one() -> None:
    asked = [
        _anchor("DTP1"),
        _anchor("DTP3", name="MICS"),
        _anchor("DTP3", district=1),
    ]
    assert _doses(asked) == ["DTP1", "DTP3", "DTP3"]


def test_a_dose_is_counted_where_any_area_reported_it() -> None:
    doses = empty().doses
    doses[1, 2, 3] = 5
    assert empty(doses=doses).counted == {1}
