"""The published place that words mean, and the words for a place."""

from pathlib import Path

import pytest
from published_by_hand import PLACES, fact, publish

from boloci.places_asked import candidates, words_for
from boloci.published import Published, published


@pytest.fixture
def mali(tmp_path: Path) -> Published:
    return published(publish(tmp_path / "w", [fact()]))


@pytest.mark.parametrize(
    ("place_id", "words"),
    [
        ("D1", "Bougouni"),
        ("A2", "Bougouni / Kologo"),
        ("A3", "Ségou / Kologo"),
        ("D2", "Ségou / Ségou"),
        ("R2", "R2"),
        ("lh", "Learning Hub"),
    ],
    ids=str,
)
def test_a_place_is_called_by_the_shortest_words_that_mean_it_alone(
    mali: Published, place_id: str, words: str
) -> None:
    """Two areas are called Kologo; a district bears the name of its region."""
    assert words_for(mali, mali.by_id[place_id]) == words


def test_the_words_for_a_place_lead_back_to_it(mali: Published) -> None:
    for _key, place_id, *_rest in PLACES:
        place = mali.by_id[place_id]
        assert candidates(mali, words_for(mali, place)) == [place]
