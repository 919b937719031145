"""Trouble, told in words: a code, a place in a file, and the values of a sentence.

Below the edge code raises `Refused(Problem(...))`; the command line and the hub
render it from `catalogue/problems.yaml` in the reader's language. The exit code of
the command line belongs to the problem, so that scripts can rely on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Where:
    """Where in the user's own files the trouble is; blank where unknown."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    text: str = ""


@dataclass(frozen=True)
class Problem:
    """One trouble: `code` names its sentence in `catalogue/problems.yaml`."""

    code: str
    where: Where = Where()
    values: Mapping[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """Raised where boloci cannot go on; carries every problem found so far."""

    def __init__(self, *problems: Problem):
        super().__init__("; ".join(problem.code for problem in problems))
        self.problems = problems

    def __reduce__(self) -> tuple[type["Refused"], tuple[Problem, ...]]:
        """As it was on the other side, where another process raised it."""
        return Refused, self.problems


def refuse(code: str, where: Where = Where(), **values: Any) -> Refused:
    """`raise refuse("file_empty", Where(file=name))`: one problem as an exception."""
    return Refused(Problem(code, where, values))
