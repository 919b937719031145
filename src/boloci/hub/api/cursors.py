"""Where an answer stopped: a text that the next question gives back.

A cursor belongs to one question and one build, so that pages fit together even when
other figures are published between two of them.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from boloci.problems import refuse

_FURTHEST = 2**40


@dataclass(frozen=True)
class Start:
    """Where to begin: a part of the question, and a row of that part."""

    part: int = 0
    row: int = 0


def written(build: str, question: Mapping[str, Any], start: Start) -> str:
    """The cursor of a place in the answer to a question."""
    told = (build, digest(question), start.part, start.row)
    return urlsafe_b64encode(msgspec.json.encode(told)).decode().rstrip("=")


def read(text: str | None, question: Mapping[str, Any]) -> tuple[str | None, Start]:
    """Build and place of a cursor; None and the beginning without one.

    Raises `Refused` for a text that is no cursor, or is of another question.
    """
    if not text:
        return None, Start()
    try:
        content = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        build, asked, part, row = msgspec.json.decode(
            content, type=tuple[str, str, int, int]
        )
    except (ValueError, msgspec.DecodeError):
        raise refuse("cursor_unfit") from None
    if asked != digest(question) or not (
        0 <= part < _FURTHEST and 0 <= row < _FURTHEST
    ):
        raise refuse("cursor_unfit")
    return build, Start(part, row)


def digest(question: Mapping[str, Any]) -> str:
    """A short sum of a question."""
    told = msgspec.json.encode(sorted(question.items()))
    return hashlib.sha256(told).hexdigest()[:16]
