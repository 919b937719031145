"""Names of what tells a coverage, as `boloci compare` writes them for people."""

import pytest

from boloci.cli.compare_table import in_words
from boloci.cli.language import speak


@pytest.fixture(autouse=True)
def english():
    speak("en")
    yield
    speak("fr")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "DHS 2018 (card_or_history, by_survey, crude, 12-23 m)",
            "DHS 2018 (card or recall, by the day of the survey, every dose,"
            " 12-23 months)",
        ),
        ("WUENIC 2024", "WUENIC 2024"),
        ("DHS (Mali)", "DHS (Mali)"),
    ],
)
def test_what_a_survey_result_rests_on_is_told_in_words(name, told):
    assert in_words(name) == told
