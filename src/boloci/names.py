"""Names of places as people write them: folding, so that spellings can be compared.

`fold` removes what never tells two places apart: case, accents, apostrophes, hyphens
and double spaces.
"""

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘ʼ`´ʹ′", ""))
_LETTERS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ɛ": "e",
        "ɔ": "o",
        "ɲ": "ny",
        "ŋ": "ng",
        "ɓ": "b",
        "ɗ": "d",
        "ƴ": "y",
    }
)
_PREFIX = re.compile(r"\b([nm]) (?=[a-z])")
"""`N Debougou`, `M. Pessoba`: a nasal written apart from the name it begins."""


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """The name without case, accents, apostrophes, punctuation and double spaces.

    `N'Débougou`, `N’Debougou`, `N Debougou` and ` NDEBOUGOU ` all give `ndebougou`.
    Letters of other scripts keep their marks. Nothing readable gives "".
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    plain = "".join(c for c in decomposed if not "\u0300" <= c <= "\u036f")
    letters = "".join(
        c if c.isalnum() or unicodedata.category(c)[0] == "M" else " "
        for c in plain.translate(_LETTERS).translate(_APOSTROPHES)
    )
    return _PREFIX.sub(r"\1", " ".join(letters.split()))
