"""Every source of denominators has its words, and the constants they name exist."""

import pytest

from boloci import catalogue, codes

WORDS = catalogue.load().denominators


def test_every_source_has_words_and_no_other():
    assert tuple(WORDS) == codes.DENOMINATORS


@pytest.mark.parametrize("source", codes.DENOMINATORS)
def test_the_constants_of_a_chain_are_in_the_profile(source):
    constants = catalogue.load().profiles["boloci"].constants
    assert set(WORDS[source].constants) <= set(constants)


@pytest.mark.parametrize("profile", ["boloci", "countdown", "dhis2", "fastr"])
def test_a_profile_puts_known_sources_beside_the_target(profile):
    chosen = catalogue.load().profiles[profile].value("denominator_candidates")
    assert set(chosen) <= set(codes.DENOMINATORS) - {"target"}
