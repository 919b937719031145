"""French sets a space before some signs and inside « »: no line may end there.

People write that space with the space bar; it is made a no-break space where French
texts leave the catalogues, U+00A0 as before the per cent sign. The narrow one that
printers set before `; ? !` is missing from the code pages of Windows terminals.
"""

import re
from functools import lru_cache

NO_BREAK = "\u00a0"
BOUND = re.compile(r"(?<! ) (?=[%:;!?»](?![\w({/=]))|(?<=«) ")
"""A plain space that is no place for a break; `%(n)s` and `?a=b` are no such signs."""


JOINT = {"fr": f"{NO_BREAK}; ", "en": "; "}
"""Between clauses that are listed in one sentence."""
KEPT = 10_000
"""Texts remembered: the same few sentences are filled in thousands of times."""


@lru_cache(maxsize=KEPT)
def unbroken(text: str, language: str) -> str:
    """A text of a language that no line end tears from its signs."""
    return BOUND.sub(NO_BREAK, text) if language == "fr" else text
