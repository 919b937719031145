"""Texts of a table that are broken at spaces only where a reader would break them.

A number stays on one line: its digits are held together by no-break spaces (French
writes 12 345 so), which rich breaks like any other. A sign that follows a space
(`87 %`, French `:` and `»`) stays with the word before it.
"""

from rich.console import Console, ConsoleOptions, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.measure import Measurement
from rich.text import Text

from boloci.spacing import BOUND

_SPACES = "\u00a0\u202f "
_HELD = "\ue000\ue001\ue002"
"""Private letters that stand for spaces of no break while a text is laid out."""
_HIDE = str.maketrans(_SPACES[:2], _HELD[:2])
_SHOW = str.maketrans(_HELD, _SPACES)


class Unbroken(Text):
    """A text that is laid out as if its no-break spaces were letters."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int = 8,
        no_wrap: bool | None = None,
    ) -> Lines:
        """Lines of at most `width` columns; a longer word is broken nonetheless."""
        lines = self._held().wrap(
            console,
            width,
            justify=justify,
            overflow=overflow,
            tab_size=tab_size,
            no_wrap=no_wrap,
        )
        for line in lines:
            line.plain = line.plain.translate(_SHOW)
        return lines

    def __rich_measure__(
        self, console: Console, options: ConsoleOptions
    ) -> Measurement:
        return self._held().__rich_measure__(console, options)

    def _held(self) -> Text:
        held = self.copy()
        held.plain = hold(self.plain)
        return held


def hold(text: str) -> str:
    """A text whose spaces of no break are letters, each one as wide."""
    return BOUND.sub(_HELD[2], text).translate(_HIDE)


def words(text: str) -> list[str]:
    """The words of a text between which a line may be broken."""
    return [word.translate(_SHOW) for word in hold(text).split()]
