"""The estimate in sentences: how many, why the usual figure differs, what it rests on,
what nobody can know."""

from collections.abc import Mapping, Sequence
from typing import Any

from boloci.hub import showing
from boloci.hub.figures.estimated import OVER_REPORTING, TARGET_BIAS, Fit
from boloci.hub.language import _, ngettext
from boloci.telling.numbers import about

Row = Mapping[str, Any]
LEAST_CHANCE = 0.01
"""Some hundred draws tell no smaller one."""
SURE, LIKELY = 0.9, 2 / 3
"""Chances from which a thing is told as almost sure, and as probable."""


def children(value: float | None) -> str:
    """A number of children as a sentence tells it: its last digits are not known."""
    return showing.number(None if value is None else about(value), "children")


def who(sex: str) -> str:
    """Whom the figures are about, inside a sentence."""
    return {"female": _("girls"), "male": _("boys")}.get(sex, _("children"))


def headline(row: Row, sex: str) -> str:
    """How many are missed, with the interval."""
    return _(
        "About {value} {who} without a first dose of DTP, between {lower} and {upper}"
    ).format(
        value=children(row["value"]),
        who=who(sex),
        lower=children(row["lower"]),
        upper=children(row["upper"]),
    )


def share(row: Row | None, sex: str) -> str:
    """The same as a share of those who were due; blank where it is not known."""
    if row is None or row["value"] is None:
        return ""
    return _("That is {value} of the {who} due, between {lower} and {upper}.").format(
        value=percent(row["value"]),
        who=who(sex),
        lower=percent(row["lower"]),
        upper=percent(row["upper"]),
    )


def beside(row: Row, usual: Row | None, why_blank: str) -> str:
    """The usual figure beside the estimate."""
    if usual is None or usual["value"] is None:
        return _(
            "The usual figure, official target less reported doses, cannot be told."
            " {why}"
        ).format(why=why_blank)
    told = _("The usual figure, official target less reported doses, is {n}: {verdict}")
    return told.format(
        n=children(usual["value"]), verdict=_verdict(row, usual["value"])
    )


def _verdict(row: Row, usual: float) -> str:
    if row["lower"] is None or row["upper"] is None:
        return ""
    if usual < row["lower"]:
        return _("fewer than the estimate allows.")
    if usual > row["upper"]:
        return _("more than the estimate allows.")
    return _("the estimate allows it.")


def differences(found: Mapping[str, Row]) -> list[str]:
    """Why the usual figure differs, a sentence a doubt, where it is known."""
    told = []
    for name in (OVER_REPORTING, TARGET_BIAS):
        row = found.get(name)
        if row is not None and row["lower"] is not None and row["upper"] is not None:
            told.append(_difference(row, *_doubt(name)))
    return told


def _difference(row: Row, more: str, fewer: str, either: str) -> str:
    """One doubt: to which side it goes, or that this cannot be said."""
    low, value, high = row["lower"], row["value"], row["upper"]
    if low > 0:
        text = more
    elif high < 0:
        low, value, high, text = -high, -value, -low, fewer
    else:
        low, text = -low, either
    return text.format(value=percent(value), lower=percent(low), upper=percent(high))


def _doubt(name: str) -> tuple[str, str, str]:
    """What is said of too much, too little, and either."""
    if name == OVER_REPORTING:
        return (
            _(
                "Reports tell {value} more doses than were given (between {lower} and"
                " {upper})."
            ),
            _(
                "Reports tell {value} fewer doses than were given (between {lower} and"
                " {upper})."
            ),
            _(
                "Nobody can say whether reports tell too many doses or too few: from"
                " {lower} too few to {upper} too many."
            ),
        )
    return (
        _(
            "The official target counts {value} more children than were due (between"
            " {lower} and {upper})."
        ),
        _(
            "The official target counts {value} fewer children than were due (between"
            " {lower} and {upper})."
        ),
        _(
            "Nobody can say whether the official target counts too many children or too"
            " few: from {lower} too few to {upper} too many."
        ),
    )


def rests_on(fit: Fit) -> list[str]:
    """What the estimate is made from, and what of it told nothing."""
    parts = [
        ngettext("{n} survey", "{n} surveys", fit.surveys),
        ngettext("{n} lot (LQAS)", "{n} lots (LQAS)", fit.lots),
        ngettext(
            "{n} recount of a register", "{n} recounts of registers", fit.recounts
        ),
    ]
    counts = (fit.surveys, fit.lots, fit.recounts)
    known = [
        one.format(n=showing.number(count, "reports"))
        for one, count in zip(parts, counts, strict=True)
        if count
    ]
    births = (
        _("births counted on a grid of the population")
        if fit.gridded
        else _("the official target alone for births")
    )
    told = [
        _("The estimate rests on reported doses and {what}.").format(
            what=listed([*known, births]),
        )
    ]
    if not fit.surveys and not fit.lots:
        told.append(
            _(
                "No survey and no lot was brought: how many children are missed cannot"
                " be told, only drop-out and how girls compare with boys."
            )
        )
    if fit.left_out:
        told.append(
            _("Left out, for they tell nothing: {names}.").format(names=fit.left_out)
        )
    if fit.regions_refused:
        told.append(_refused_regions(fit))
    return told


def _refused_regions(fit: Fit) -> str:
    return ngettext(
        "{n} region could not be estimated: its places stay blank.",
        "{n} regions could not be estimated: their places stay blank.",
        fit.regions_refused,
    ).format(n=fit.regions_refused)


def stale(fit: Fit) -> str:
    """What is to be done about an estimate of earlier data; blank where it is not."""
    if not fit.stale:
        return ""
    return _(
        "Data came since this estimate was made, on {day}: it does not know them."
        " Make it again: boloci estimate."
    ).format(day=showing.day(fit.made))


def unknowable() -> list[str]:
    """What no data of this kind can tell."""
    return [
        _(
            "Doses alone do not tell how many children are missed: it takes a survey or"
            " a lot (LQAS). Only drop-out and how girls compare with boys need none."
        ),
        _(
            "In one health area, children vaccinated elsewhere and a wrong target look"
            " the same."
        ),
        _("A season of births and a season of vaccination look the same."),
        _(
            "Children whom a survey could not visit, for insecurity, are not seen in"
            " it."
        ),
    ]


def missing(place: str, period: str, row: Row | None, *, in_part: bool) -> str:
    """Why a place has no estimate.

    in_part    whether parts of it have one: of the whole, nothing can then be told
    """
    if row is None:
        return _("{place} was not estimated for {period}.").format(
            place=place, period=showing.period(period)
        )
    if in_part:
        return _(
            "{place} could not be estimated as a whole for {period}: of a part of it"
            " nobody can tell how many children are missed."
        ).format(place=place, period=showing.period(period))
    return _(
        "{place} could not be estimated for {period}: no survey and no lot (LQAS) tells"
        " how many children are missed there."
    ).format(place=place, period=showing.period(period))


def chance(value: float | None) -> str:
    """A chance (0 to 1) in percent; draws never make one certain."""
    if value is None or value != value:
        return showing.MISSING
    if value < LEAST_CHANCE:
        return _("less than {n}").format(n=percent(100 * LEAST_CHANCE))
    if value > 1 - LEAST_CHANCE:
        return _("more than {n}").format(n=percent(100 * (1 - LEAST_CHANCE)))
    return percent(100 * value)


def verdict(value: float | None) -> str:
    """A chance (0 to 1) in words."""
    if value is None or value != value:
        return _("cannot be told")
    if value >= SURE:
        return _("almost surely")
    if value >= LIKELY:
        return _("probably")
    if value > 1 - LIKELY:
        return _("nobody can say")
    if value > 1 - SURE:
        return _("probably not")
    return _("almost surely not")


def kept(code: str) -> str:
    """What another way of computing keeps or does."""
    return {
        "births": _("Estimate, the births kept when surveys and lots move it"),
        "births_and_coverage": _(
            "Estimate, births and coverage moved together by surveys and lots"
        ),
        "naive": _("Reported doses over the official target"),
        "capped": _("The same, cut off at 100%"),
        "penta1_derived": _("Children counted from doses of DTP1 and a survey"),
        "survey_worldpop": _("Survey of the region, children counted by WorldPop"),
    }.get(code, code)


def percent(value: float) -> str:
    """A percentage as a sentence tells it."""
    return showing.figure(value, "percent", 0)


def listed(parts: Sequence[str]) -> str:
    """Words one after the other: a, b and c."""
    if len(parts) == 1:
        return parts[0]
    return _("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])
