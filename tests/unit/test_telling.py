"""Sentences that the command line and the hub share stand in one room, once."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

import boloci
from boloci.cli import language
from boloci.cli.tongue import TONGUE as OF_COMMANDS
from boloci.codes import METHODS
from boloci.hub.tongue import TONGUE as OF_PAGES
from boloci.locale.__main__ import KEYWORDS
from boloci.locale.__main__ import METHODS as EXTRACTED
from boloci.telling import causes, corrections, methods

SOURCE = Path(boloci.__file__).parent
A_SENTENCE = 3
"""Words; shorter messages are names of columns, which many tables share."""


def sentences(room: str) -> set[str]:
    """Messages of a room that are more than a name."""
    found = extract_from_dir(SOURCE / room, EXTRACTED, keywords=KEYWORDS)
    texts = {one if isinstance(one, str) else one[0] for _f, _l, one, _c, _x in found}
    return {text for text in texts if len(text.split()) >= A_SENTENCE}


@pytest.mark.parametrize("room", ["cli", "hub"])
def test_no_side_writes_again_what_both_say(room: str) -> None:
    assert sentences("telling")
    assert sentences(room) & sentences("telling") == set()


@pytest.mark.parametrize("code", METHODS)
def test_every_method_has_words_in_each_language(code: str) -> None:
    for spoken in language.LANGUAGES:
        language.speak(spoken)
        assert methods.name(OF_COMMANDS, code) != code
        assert methods.short(OF_COMMANDS, code) != code
    language.speak(language.USUAL)


def test_a_correction_reads_alike_in_a_terminal_and_on_a_page() -> None:
    changed = {"action": "replace", "reported": 48, "corrected": 1240.5}
    language.speak("fr")
    said = corrections.change(OF_COMMANDS, changed)
    assert said == "déclaré 48, compté à la place\u00a0: 1\u202f240,5"
    assert corrections.change(OF_PAGES, changed) == said


def test_a_value_set_aside_counts_for_nothing_else() -> None:
    dropped = {"action": "drop", "reported": None, "corrected": None}
    language.speak("fr")
    assert corrections.change(OF_COMMANDS, dropped) == "déclaré rien, mis de côté"


def test_a_state_tells_what_it_rests_on_where_that_is_known() -> None:
    language.speak("fr")
    assert corrections.state(OF_COMMANDS, "stale") == (
        "pas appliquée\u00a0: la source a changé"
    )
    told = corrections.state(OF_COMMANDS, "stale", guard="90")
    assert told == "pas appliquée\u00a0: elle attend 90 dans la source"


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.2249, "cause ; la couverture en est plus haute d'environ 22 %"),
        (2.5, "cause ; la couverture en est plus haute d'environ 150 %"),
        (1.004, "cause"),
        (0.9, "cause"),
        (None, "cause"),
    ],
)
def test_a_cause_is_weighed_in_percent_for_who_reads_no_factors(factor, said):
    language.speak("fr")
    told = causes.raised(OF_COMMANDS, "cause", factor)
    assert told.replace("\u00a0", " ") == said
