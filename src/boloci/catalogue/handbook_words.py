"""What every part of the handbook writes with: words of a language, and tables."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Say:
    """The handbook's own words in one language: `say("why")`, `say("units", "doses")`.

    Raises `KeyError` for a word that one language has not: a page is whole or not.
    """

    def __init__(self, words: Mapping[str, Any], language: str):
        self.words = words
        self.language = language
        self.colon = " : " if language == "fr" else ": "

    def __call__(self, *keys: str) -> str:
        """The word under a key, or under a key of a group of words."""
        found: Any = self.words
        for key in keys:
            found = found[key]
        return str(found[self.language])

    def count(self, number: float, *keys: str) -> str:
        """A number with its word, singular or plural."""
        found: Any = self.words
        for key in keys:
            found = found[key]
        singular, plural = found[self.language]
        return f"{number:g} {singular if number < 2 else plural}"


def table(
    say: Say, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> Iterable[str]:
    """A Markdown table with translated headings, and a blank line after it."""
    yield "| " + " | ".join(say(column) for column in columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(_cell(text) for text in row) + " |"
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
