"""What goes with an import that is taken back: said before it is done."""

from typing import TYPE_CHECKING, NamedTuple

from boloci.telling.tongue import Tongue

if TYPE_CHECKING:
    from boloci.losing import Loss


class Warned(NamedTuple):
    """What somebody should read first."""

    alarm: str
    why: str
    remedy: str = ""
    """What to do instead, where it may not be done."""


def warned(tongue: Tongue, loss: "Loss") -> Warned | None:
    """What to read before an import is taken back; None where only rows go."""
    if loss.refused:
        return Warned(
            tongue.gettext(
                "This import cannot be taken back now: it holds all the places."
            ),
            tongue.ngettext(
                "{n} place is told by this import alone. Without it no place would"
                " remain, and no page could show a figure.",
                "{n} places are told by this import alone. Without it no place would"
                " remain, and no page could show a figure.",
                loss.places,
            ).format(n=tongue.whole(loss.places)),
            tongue.gettext(
                "What to do: import the places from another file first, then take"
                " this one back."
            ),
        )
    if loss.alone:
        return Warned(
            tongue.gettext("Attention: nothing will be left."),
            tongue.gettext(
                "No other import counts. Places and figures disappear from every page,"
                " for everyone, until this import is brought back or another comes."
            ),
        )
    if loss.places:
        return Warned(
            tongue.gettext("Attention: this import holds places."),
            tongue.ngettext(
                "{n} place would disappear from every page, with its figures: only"
                " this import tells it.",
                "{n} places would disappear from every page, with their figures: only"
                " this import tells them.",
                loss.places,
            ).format(n=tongue.whole(loss.places)),
        )
    return None
