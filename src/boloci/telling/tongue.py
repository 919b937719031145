"""Who speaks: messages of the language, and how numbers and periods are written."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Number(Protocol):
    """Writes a number with so many decimals; a dash where there is none."""

    def __call__(self, value: float | None, *, digits: int) -> str:
        """The number as people of the language write it."""
        ...


@dataclass(frozen=True)
class Tongue:
    """One side's way of speaking; each function speaks the language of the moment."""

    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]
    spoken: Callable[[], str]
    number: Number
    figure: Callable[[float, str], str]
    """A value with the sign of its unit: 84,2 %."""
    month: Callable[[int], str]
    """A month from its code."""

    def whole(self, value: float | None) -> str:
        """A count of children, doses or units."""
        return self.number(value, digits=0)

    def count(self, value: float | None) -> str:
        """A number that may have been worked out: whole if it is whole."""
        whole = value is None or float(value).is_integer()
        return self.number(value, digits=0 if whole else 1)
