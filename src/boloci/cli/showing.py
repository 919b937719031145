"""Tables on a terminal: numbers as people of the language write them.

Columns that say one thing on every row leave the table and are told below it, so that
what differs has room.
"""

import os
import shlex
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from boloci.cli.language import _, ngettext, spoken
from boloci.cli.program import asked_workspace
from boloci.cli.unbroken import Unbroken, words
from boloci.telling import numbers

MISSING = numbers.MISSING
WIDE = 400
"""Columns of text where the output is no terminal, so that nothing is folded."""

LONGEST_WORD = 16
"""A longer word may be broken where the terminal is narrow."""

Row = Mapping[str, Any]


def console(*, stderr: bool = False) -> Console:
    """A console as wide as the terminal; where there is none, as wide as COLUMNS says,
    or wide enough."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _columns_told() or WIDE
    return Console(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def _columns_told() -> int | None:
    """The columns that the environment asks for; None where it asks for none."""
    told = os.environ.get("COLUMNS", "")
    return int(told) if told.isascii() and told.isdigit() and int(told) else None


def number(value: float | None, digits: int = 1) -> str:
    """A number in the language spoken, with its digits kept aligned; – if missing."""
    return numbers.number(value, digits, spoken())


def figure(value: float | None, unit: str | None) -> str:
    """A value with its sign where it is a percentage."""
    known = unit == "percent" and value is not None
    sign = numbers.PERCENT[spoken()] if known else ""
    return number(value, numbers.digits_of(unit)) + sign


def table(
    headings: Mapping[str, str],
    rows: Sequence[Row],
    *,
    right: Sequence[str] = (),
) -> Table:
    """A rich table of texts: `headings` names the columns by the rows' keys."""
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for name, heading in headings.items():
        if name in right:
            drawn.add_column(heading, justify="right", no_wrap=True)
        else:
            texts = [heading, *(str(row.get(name) or "") for row in rows)]
            drawn.add_column(heading, overflow="fold", min_width=_least(texts))
    for row in rows:
        drawn.add_row(*(Unbroken(str(row.get(name) or "")) for name in headings))
    return drawn


def _least(texts: Sequence[str]) -> int:
    """Width of the longest word of a column: a word is broken last of all, and what
    holds a number never."""
    found = {word for text in texts for word in words(text)}
    whole = max((len(word) for word in found if _holds_number(word)), default=0)
    longest = max(map(len, found), default=0)
    return max(whole, min(longest, LONGEST_WORD))


def _holds_number(word: str) -> bool:
    """Whether a word has digits held together by no-break spaces."""
    return len(word.split()) > 1 and any(map(str.isdigit, word))


def split_constant(
    headings: Mapping[str, str], rows: Sequence[Row], *, always: Sequence[str] = ()
) -> tuple[dict[str, str], dict[str, str]]:
    """Columns to draw, and those said once below: heading -> their only text."""
    drawn, said = {}, {}
    for name, heading in headings.items():
        texts = {str(row.get(name) or "") for row in rows}
        if name in always or len(texts) > 1:
            drawn[name] = heading
        elif texts and texts != {""} and texts != {MISSING}:
            said[heading] = texts.pop()
    return drawn, said


def labelled(name: str, text: str) -> str:
    """`name: text` as the language writes it: French has a space before the colon."""
    return _("{name}: {text}").format(name=name, text=text)


def coded(words: str, code: str | None) -> str:
    """Words with the code that asks for what they name."""
    return f"{words} ({code})" if words and code else words or code or ""


def rows_said(shown: int, total: int) -> str:
    """How many rows are shown of how many; where the rest is to be had."""
    counted = ngettext("{n} row", "{n} rows", total).format(n=number(total, 0))
    if shown >= total:
        return counted
    return _(
        "{counted}, the first {shown} shown; all of them: -o FILE.csv or --format csv"
    ).format(counted=counted, shown=number(shown, 0))


def say(text: str = "") -> None:
    """A line for people, on standard output."""
    console().print(Text(text), soft_wrap=True)


def note(text: str) -> None:
    """A line beside the result, on standard error, so that files stay clean."""
    console(stderr=True).print(Text(text), soft_wrap=True)


def next_step(command: str, why: str) -> None:
    """What to do now; a workspace that was named must be named again."""
    named = asked_workspace()
    if (
        named is not None
        and command.startswith("boloci ")
        and " --workspace " not in command
    ):
        command = f"boloci --workspace {shlex.quote(named)}{command[6:]}"
    say(_("Next: {command}  ({why})").format(command=command, why=why))
