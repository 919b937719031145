"""Text as people type it: every kind of space, accents, capitals, and blank words."""

import re
import unicodedata

SPACES = (
    "\t\n\r\u0020\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""Every space a spreadsheet may hold, the no-break and zero-width ones included."""

SPACE = re.compile(f"[{SPACES}]+")

_SIGNS = ("-", "--", "–", "—", ".", "..", "...", "…", "#n/a", "#n/d", "#na")
_SHORT = ("nan", "null", "none", "n/a", "na", "n.a.", "n.a", "n/d", "nd", "n.d.", "n.d")
_LONG = (
    *("nr", "n/r", "manquant", "missing", "not available", "no data"),
    *("non disponible", "pas de donnees", "nao disponivel", "sem dados"),
)
BLANK_WORDS = frozenset((*_SIGNS, *_SHORT, *_LONG))
"""Words that people put in a cell to say "no figure here", accents folded."""


def squeeze(text: str) -> str:
    """Trim the ends and make every run of spaces, of any kind, one plain space."""
    return SPACE.sub(" ", text).strip()


def fold(text: str) -> str:
    """Lower case, without accents, spaces squeezed: for comparing words."""
    if text.isascii():
        return squeeze(text).lower()
    parts = unicodedata.normalize("NFKD", squeeze(text)).casefold()
    return "".join(part for part in parts if not unicodedata.combining(part))


def is_blank(text: str) -> bool:
    """True for nothing, spaces only, and the `BLANK_WORDS`."""
    folded = fold(text)
    return not folded or folded in BLANK_WORDS


FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def without_apostrophe(text: str) -> str:
    """Take off the apostrophe that boloci's CSV puts before a text like `=x`."""
    if text.startswith("'") and text[1:2] in FORMULA_SIGNS and len(text) > 1:
        return text[1:]
    return text
