"""French texts as they are read: no line ends before a sign that a space precedes."""

import gettext

import pytest

from boloci.locale import DOMAIN, FOLDER
from boloci.spacing import BOUND, unbroken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Lieu : Kayes ; vu ?", "Lieu\u00a0: Kayes\u00a0; vu\u00a0?"),
        ("colonne « dose » : 87 %.", "colonne «\u00a0dose\u00a0»\u00a0: 87\u00a0%."),
        (" : ", "\u00a0: "),
        ("soit %(num)s jour, voir http://a ?b=c", None),
    ],
)
def test_spaces_before_signs_of_french_do_not_break(written, read):
    assert unbroken(written, "fr") == (read or written)
    assert unbroken(written, "en") == written


def test_no_french_message_may_end_a_line_before_its_sign():
    known = gettext.translation(DOMAIN, str(FOLDER), ["fr"])
    told = [text for text in known._catalog.values() if BOUND.search(text)]
    assert told == []
    assert known.gettext("{name}: {text}") == "{name}\u00a0: {text}"
