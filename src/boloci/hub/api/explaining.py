"""One figure taken apart, as an object."""

from typing import Any

from django.http import Http404

from boloci.hub import reading, showing
from boloci.hub.api import asked as asking
from boloci.hub.api.places import chosen
from boloci.hub.figures.explain import MOST_PLACES, WIDE
from boloci.hub.rights import Scope
from boloci.hub.tracing import traced

SOURCE_ROWS = 5_000
"""Rows of files that are told; `rows_in_all` says how many there are."""


def explain(scope: Scope, asked: asking.Explain) -> dict[str, Any]:
    """A figure with its definition, rows, corrections and versions.

    Raises `Http404` where the place may not be seen or has no such figure. Rows of a
    wide place are looked for only for who is signed in: that takes seconds.
    """
    here = chosen(scope, asked.place)
    question = asked.question()
    question.pop("place")
    wide = here.level in WIDE or len(reading.below(scope, here)) > MOST_PLACES
    found = traced(scope, here, rows=scope.signed_in or not wide, **question)
    if found is None:
        raise Http404
    told = found.told
    definition = told.definition
    texts = ("name", "why", "numerator", "denominator", "null")
    return {
        "fact": dict(told.fact),
        "definition": definition
        and {name: showing.words(getattr(definition, name)) for name in texts},
        "formula": told.formula
        and showing.words({"fr": told.formula.fr, "en": told.formula.en}),
        "flags": {code: showing.words(text) for code, text in told.flags.items()},
        "constants": {name: one.value for name, one in told.constants.items()},
        "rows": list(found.rows[:SOURCE_ROWS]),
        "rows_in_all": len(found.rows),
        "rows_looked_for": scope.signed_in or not wide,
        "added_up": found.hidden,
        "changed": list(found.changed),
        "corrections": list(found.corrections),
        "evidence": list(found.evidence),
        "manifest": dict(told.manifest),
    }
