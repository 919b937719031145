"""Whether a figure is real: never cleared beside a finding that doubts it."""

import html
import re

import pytest
from django.utils import translation

from boloci.hub import reading
from boloci.hub.figures import doubt
from boloci.hub.rights import EVERYTHING
from boloci.tables import SEVERITIES
from tests.hub.conftest import Hub

pytestmark = pytest.mark.reading

WHOLE = {"value": 99.1, "unit": "percent", "flags": "", "received": 12, "expected": 12}
ONE = {"sentence": "BCG, 101,6 %", "technical": True, "about": "BCG, 2024"}
ANSWERS = {
    "fr": "Pas sûr\u00a0: voyez les {} doutes ci-dessous.",
    "en": "Not sure: see the {} doubts below.",
}


@pytest.mark.parametrize("language", ANSWERS)
def test_a_whole_figure_beside_findings_is_not_sure_and_counts_them(
    hub: Hub, language: str
) -> None:
    with translation.override(language):
        told = doubt.doubt(WHOLE, [], doubt.Findings([ONE, ONE], 2))
    assert told.answer == ANSWERS[language].format(2)


def test_more_doubts_than_a_page_tells_are_counted_too(hub: Hub) -> None:
    with translation.override("en"):
        told = doubt.doubt(WHOLE, [], doubt.Findings([ONE] * 4, 17))
    assert told.answer == "Not sure: 17 doubts, the gravest of them below."


def test_a_whole_figure_without_a_finding_is_said_to_be_just_that(hub: Hub) -> None:
    with translation.override("en"):
        told = doubt.doubt(WHOLE, [], doubt.Findings())
    assert told.answer == "Reports are complete and no rule was triggered."


def test_without_reports_to_expect_none_are_said_to_be_complete(hub: Hub) -> None:
    fact = {**WHOLE, "received": None, "expected": None}
    with translation.override("en"):
        told = doubt.doubt(fact, [], doubt.Findings())
    assert "complete" not in told.answer


def test_details_are_named_by_the_coverage_that_they_tell_of(hub: Hub) -> None:
    with translation.override("en"):
        found = doubt.Findings([ONE, {**ONE, "about": "DTP1, Q4 2024"}], 2)
        assert found.why_above.endswith("(BCG, 2024; DTP1, Q4 2024)")


def test_no_page_clears_a_figure_that_a_finding_of_its_year_doubts(hub: Hub) -> None:
    browser = hub.browser("analyst")
    judged = 0
    for place in hub.places("district"):
        page = html.unescape(browser.get(f"/place/{place.place_id}").content.decode())
        period = re.search(r'<option value="(\d{4})Q\d" selected', page)
        assert period is not None
        found = reading.findings(
            EVERYTHING, place=place.place_id, period=period[1]
        ).to_pylist()
        doubts = [row for row in found if row["severity"] != SEVERITIES[0]]
        judged += len(doubts)
        if doubts:
            assert "aucune règle ne s'est déclenchée" not in page
    assert judged
