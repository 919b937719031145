"""What the pages of the typing grid show: boxes, sums, doubts in words, lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from boloci import periods
from boloci.hub import showing
from boloci.hub.current import current, workspace
from boloci.hub.grid import records
from boloci.hub.grid.entered import (
    EMPTIED,
    MOST_DIGITS,
    NOT_WHOLE,
    TOO_LONG,
    Entered,
    as_month,
)
from boloci.hub.grid.form import Cell, Line, any_of
from boloci.hub.grid.models import Month
from boloci.hub.imports import told
from boloci.hub.imports.published import published_snapshots
from boloci.hub.language import _, spoken
from boloci.hub.people.forms import place_name
from boloci.hub.reading import MonthCounts
from boloci.names import fold
from boloci.pipeline import typed_month
from boloci.published import PlaceRow
from boloci.wording import finding_sentence

PROFILE = "boloci"
MOST_CHOICES = 80
"""Places that a list offers; of more, words find some."""
FIRST_MONTH = 201001
"""Months of the list begin here where no data begin earlier."""


@dataclass(frozen=True)
class Box:
    """A box of the form as it is shown."""

    cell: Cell
    label: str
    text: str
    known: str
    """What is known where that is not what is shown; else blank."""
    wrong: str
    """Why it cannot be sent so; else blank."""
    other: str | None = None
    """What somebody else kept meanwhile, where that differs."""


@dataclass(frozen=True)
class Doubt:
    """A doubt in words."""

    mark: str
    """Tells one doubt from another between two sendings."""
    element: str
    sentence: str
    action: str


def context(
    place: PlaceRow,
    typed: Entered,
    draft: Month | None,
    *,
    doubts: Sequence[Doubt] | None = None,
    other: Month | None = None,
    wrong: Sequence[str] = (),
    asked: bool = False,
    reader: str = "",
    paper: bool = False,
) -> dict[str, Any]:
    """Everything the template of a month needs.

    other    the draft of somebody else, kept since this form was filled
    asked    whether sending was asked and what is told stands in its way
    reader   who looks at it: what was kept in another window is one's own
    """
    period = str(typed.month)
    doubtful = _doubts(typed, place) if doubts is None else doubts
    beside = {} if other is None else dict(other.cells)
    sent = records.sent(place.place_id, period)
    return {
        "title": _("{place}, {month}: type the month").format(
            place=place.name, month=showing.period(period)
        ),
        "place": place,
        "period": period,
        "months": months(place),
        "form": typed.form,
        "ages": ages(typed),
        "sexes": sexes(typed),
        "lines": [(one, boxes(typed, one, beside, other)) for one in typed.form.lines],
        "typed": typed,
        "draft": draft,
        "version": draft.version if draft else 0,
        "problems": told.sentences(draft.problems if draft else []),
        "doubts": doubtful,
        "doubted": {doubt.element for doubt in doubtful},
        "seen": " ".join(doubt.mark for doubt in doubtful),
        "other": other,
        "reader": reader,
        "wrong": list(wrong),
        "asked": asked,
        "paper": paper,
        "sent": [_sent(one, typed, place) for one in sent],
    }


@dataclass(frozen=True)
class Sent:
    """What was sent of a month, and what became of it."""

    month: Month
    counted: bool
    """Whether the published figures were made with it."""
    replaced: Sequence[str] = ()
    """Its numbers that the published figures have otherwise since, in words."""
    by_correction: bool = False
    """Whether corrections did that, and no later import."""


def _sent(one: Month, typed: Entered, place: PlaceRow) -> Sent:
    if one.snapshot not in published_snapshots():
        return Sent(one, counted=False)
    found = records.replaced(typed.form, one)
    elements = {cell.element for cell, _number, _now in found}
    corrected = elements <= records.corrected(place, int(one.period))
    told = [
        _("{what}: {sent} was sent, {now} counts now").format(
            what=label(cell),
            sent=showing.number(number, "doses"),
            now=showing.number(now, "doses"),
        )
        for cell, number, now in found
    ]
    return Sent(one, True, told, bool(found) and corrected)


def meanwhile(place_id: str, period: str, reader: str) -> list[str]:
    """What became of a month while somebody had it open: nothing stands beside it."""
    one = records.last(place_id, period)
    if one is None:
        return [_("This month changed meanwhile. Your numbers are in the boxes.")]
    set_aside = {
        "discarded": _(
            "The draft was set aside meanwhile, by somebody else or in another window."
        ),
        "taken_back": _(
            "The month was taken back meanwhile, by somebody else or in another window."
        ),
    }
    if one.state in set_aside:
        return [set_aside[one.state]]
    own = one.by == reader
    if one.state == "draft":
        mine, other = (
            _("You kept this month meanwhile, in another window."),
            _("{name} kept this month meanwhile."),
        )
    else:
        mine, other = (
            _("You sent this month already, in another window."),
            _("{name} sent this month meanwhile."),
        )
    return [mine if own else other.format(name=one.by)]


def _doubts(typed: Entered, place: PlaceRow) -> list[Doubt]:
    return doubts(typed, place) if typed.changed else []


def doubts(typed: Entered, place: PlaceRow) -> list[Doubt]:
    """What is doubtful of the lines that were typed, in the language being spoken."""
    catalogue = workspace().catalogue
    found = typed_month.doubts(
        as_month(typed, place),
        typed.form.series(),
        catalogue,
        catalogue.profiles[PROFILE],
    )
    touched = {typed.form.cells[key].element for key in typed.changed}
    shown = []
    for one in found:
        if one.element and one.element not in touched:
            continue
        sentence, action = finding_sentence(one, catalogue, spoken())
        mark = f"{one.rule}:{one.element}:{one.value or 0:g}"
        shown.append(Doubt(mark, one.element, sentence, action))
    return shown


def ages(typed: Entered) -> list[tuple[bool, str]]:
    """Ages of the form as groups of columns: whether older, heading."""
    told = {line.age for line in typed.form.lines}
    due = _("At the age due") if told - {""} else _("Doses")
    return [(False, due), *([(True, _("Older"))] if typed.form.older else [])]


def sexes(typed: Entered) -> list[tuple[str, str]]:
    """Columns of an age: code, heading. Both together come last, as a sum."""
    apart = [("female", _("Girls")), ("male", _("Boys"))]
    return [*(apart if typed.form.sexed else []), ("", _("Together"))]


def boxes(
    typed: Entered, line: Line, beside: Mapping[str, str], other: Month | None
) -> dict[tuple[bool, str], Box]:
    """Boxes of a line by age and sex."""
    return {
        (cell.older, cell.sex): _box(typed, cell, label(cell), beside, other)
        for cell in line.cells
    }


def label(cell: Cell) -> str:
    """A box in words: Penta 1, girls, older children."""
    known = workspace().catalogue.elements.get(cell.element)
    name = cell.element if known is None else showing.words(dict(known.name))
    sexed = {"female": _("girls"), "male": _("boys")}
    aged = _("older children") if cell.older else ""
    return ", ".join(filter(None, (name, sexed.get(cell.sex, ""), aged)))


def _box(
    typed: Entered, cell: Cell, label: str, beside: Mapping[str, str], other: Any
) -> Box:
    text = typed.shown.get(cell.key, "")
    number = typed.known.get(cell.key)
    known = "" if number is None else f"{number:.0f}"
    theirs = beside.get(cell.key, known)
    return Box(
        cell,
        label,
        text,
        known=known if cell.key in typed.typed else "",
        wrong=_wrong().get(typed.wrong.get(cell.key, ""), ""),
        other=theirs if other is not None and theirs != text else None,
    )


def _wrong() -> dict[str, str]:
    return {
        NOT_WHOLE: _("Not a whole number."),
        TOO_LONG: _("A whole number has {digits} digits at most here.").format(
            digits=MOST_DIGITS
        ),
        EMPTIED: _("An emptied box takes nothing back: type the right number."),
    }


def states() -> dict[str, str]:
    """States of a typed month in words."""
    return {
        "draft": _("draft; does not count yet"),
        "sending": _("being sent"),
        "sent": _("sent"),
    }


def listed(found: Iterable[Month]) -> list[tuple[Month, str]]:
    """Typed months with the names of their places."""
    return [(one, place_name(one.place_id)) for one in found]


def choices(places: Sequence[PlaceRow], words: str) -> list[PlaceRow]:
    """Places to choose from: all where they are few, else those that words name."""
    wanted = fold(words)
    if wanted:
        named = [one for one in places if wanted in fold(f"{one.name} {one.aliases}")]
        places = named or places
    return list(places) if len(places) <= MOST_CHOICES else []


def months(place: PlaceRow) -> list[str]:
    """Months that can be typed, the latest first."""
    today = timezone.localdate()
    rows = current().rows(
        "SELECT min(period) FROM counts WHERE to_date = 0"
        " AND period % 100 BETWEEN 1 AND 12 AND place = ?",
        [place.key],
    )
    first = rows[0][0] or FIRST_MONTH
    now = today.year * 100 + today.month
    return [str(month) for month in reversed(periods.month_range(first, now))]


def next_month(past: MonthCounts) -> str:
    """The month after the last one that the place reported; else the one before now."""
    today = timezone.localdate()
    before = periods.serial(today.year * 100 + today.month) - 1
    known = [month for (_c, _v, month), counts in past.items() if any_of(counts)]
    last = periods.serial(max(known)) + 1 if known else before
    return str(periods.month_at(min(last, before)))
