"""Typed months as they are kept: the open draft, what is not yet in the figures."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from boloci.hub.current import current, workspace
from boloci.hub.grid.entered import whole
from boloci.hub.grid.form import APART, TOGETHER, USUAL, Cell, Form, cell_of
from boloci.hub.grid.models import OPEN, Month
from boloci.hub.imports.published import published_snapshots
from boloci.hub.rights import may
from boloci.lake import snapshots
from boloci.published import PlaceRow

LISTED = 20
"""Months that the list of a reader tells."""


def open_month(place_id: str, period: str) -> Month | None:
    """The draft of a place and month, or what is being sent of it."""
    wanted = Month.objects.filter(place_id=place_id, period=period, state__in=OPEN)
    return wanted.first()


def sent(place_id: str, period: str) -> list[Month]:
    """What was sent for a place and month and counts, latest first."""
    wanted = Month.objects.filter(place_id=place_id, period=period, state="sent")
    return [one for one in wanted if is_live(one)]


def is_live(one: Month) -> bool:
    """Whether what was sent counts: its import was not taken back elsewhere."""
    return snapshots.is_live(workspace().lake, one.snapshot)


def known(form: Form, place_id: str, month: int) -> dict[str, float]:
    """Numbers of the boxes of a form, and of girls and boys together beside them: as
    published, and as sent since."""
    counted = published_snapshots()
    told = form.known(month)
    for one in reversed(sent(place_id, str(month))):
        if one.snapshot not in counted:
            told |= _numbers(one.cells)
    return told


def replaced(form: Form, one: Month) -> list[tuple[Cell, float, float]]:
    """What was sent of a month and is published otherwise: box, sent, published."""
    month = int(one.period)
    found = []
    for key, number in _numbers(one.cells).items():
        cell = cell_of(key)
        published = form.number(cell, month)
        if published is not None and published != number:
            found.append((cell, number, published))
    return found


def corrected(place: PlaceRow, month: int) -> set[str]:
    """Elements of which a correction counts in a month of a place."""
    return {code for (code,) in current().rows(_CORRECTED, [place.key, month])}


_CORRECTED = """
SELECT DISTINCT e.code FROM counts c JOIN element e USING (element)
WHERE c.place = ? AND c.period = ? AND c.corrected > 0
"""


def _numbers(cells: Mapping[str, str]) -> dict[str, float]:
    read = {key: whole(text) for key, text in cells.items()}
    return {key: number for key, number in read.items() if number is not None}


def typable(user: Any) -> list[PlaceRow]:
    """Places whose months a person may type: those with no place below them."""
    if not may(user, "type_month"):
        return []
    known = current().places
    above = {place.parent_id for place in known}
    return [
        place
        for place in known
        if place.level != "group"
        and place.place_id not in above
        and (user.sees_everything or user.place_id in place.path.split("/"))
    ]


def recent(user: Any, places: Sequence[PlaceRow]) -> list[Month]:
    """Drafts of the places that a person may type, and what was sent of them lately."""
    wanted = Month.objects.filter(state__in=(*OPEN, "sent")).order_by("-at")
    if not user.sees_everything:
        wanted = wanted.filter(place_id__in=[place.place_id for place in places])
    return list(wanted[:LISTED])


def split_of(form: Form, cells: Iterable[str]) -> str:
    """How a draft has girls and boys, where that is not how the place reports them."""
    other = [key for key in cells if key not in form.cells]
    if any(".both." in key for key in other):
        return TOGETHER
    return APART if other else USUAL


def last(place_id: str, period: str) -> Month | None:
    """What somebody did last with a place and month; None: nobody did anything."""
    wanted = Month.objects.filter(place_id=place_id, period=period)
    return wanted.order_by("-at").first()
