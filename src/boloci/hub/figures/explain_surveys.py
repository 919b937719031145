"""What a survey, a lot or WHO/UNICEF tell beside their value, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boloci.hub import showing
from boloci.hub.language import _

Row = Mapping[str, Any]
Line = tuple[str, str]


def told(fact: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[Line]:
    """Name and text of each line: of the survey or lot shown, else of the pool."""
    shown = [row for row in rows if row["shown"]]
    if not shown:
        return
    if fact["method"] == "survey":
        yield from _survey(shown[0])
    elif fact["method"] == "wuenic":
        yield _("source"), str(shown[0]["source"])
    elif fact["indicator"].endswith("_lot"):
        yield from _lot(shown[0])
    else:
        yield from _pool(shown)


def _count(value: float | None) -> str:
    return showing.number(value, "doses")


def _survey(row: Row) -> Iterator[Line]:
    yield _("survey"), str(row["survey"])
    yield from _cohort(row)
    if row["effective"] is not None:
        yield (
            _("effective sample"),
            _("{n} children of a simple random sample would be as sure: {how}").format(
                n=_count(row["effective"]), how=_basis(row)
            ),
        )


def _basis(row: Row) -> str:
    """What the effective sample was worked out from."""
    known = {
        "n": _count(row["n"]),
        "deff": showing.number(row["design_effect"], digits=2),
    }
    ways = {
        "standard_error": _("from the standard error"),
        "interval": _("from the interval, on the logit"),
        "design_effect": _("{n} children / design effect {deff}").format(**known),
        "design_effect_assumed": _(
            "{n} children / an assumed design effect (see the profile)"
        ).format(**known),
    }
    return ways.get(row["basis"], "")


def _cohort(row: Row) -> Iterator[Line]:
    """Which children: by their months, or the year that the source itself states."""
    if row["born_first"] is None:
        yield _("cohort"), _("the year is the source's own")
        return
    months = ("born_first", "born_last", "vaccinated_first", "vaccinated_last")
    yield (
        _("cohort"),
        _(
            "children born {born_first} to {born_last}, due their first doses"
            " {vaccinated_first} to {vaccinated_last}: the year holds the middle"
        ).format(**{name: showing.period(str(row[name])) for name in months}),
    )


def _lot(row: Row) -> Iterator[Line]:
    yield _("round"), str(row["round"])
    yield from _cohort(row)
    if row["decision_number"] is not None:
        yield (
            _("decision"),
            _("passes with {d} vaccinated of {n}; this lot has {seen}").format(
                d=_count(row["decision_number"]),
                n=_count(row["sample"]),
                seen=_count(row["vaccinated"]),
            ),
        )
    if row["fail_good"] is None:
        return
    text = _(
        "a lot at {upper} % fails with probability {fail}, one at {lower} % passes"
        " with {bad}"
    )
    shares = {side: _count(100 * row[side]) for side in ("upper", "lower")}
    for name, ending in (
        (_("risk, children one by one"), ""),
        (_("risk, in clusters"), "_clusters"),
    ):
        fail, bad = (
            showing.number(row[f"{risk}{ending}"], digits=3)
            for risk in ("fail_good", "pass_bad")
        )
        yield name, text.format(fail=fail, bad=bad, **shares)
    yield (
        _("intracluster correlation"),
        showing.number(row["intracluster"], digits=3),
    )


def _pool(rows: Sequence[Row]) -> Iterator[Line]:
    """Lots pooled by their populations."""
    classes = [row["lot_class"] for row in rows]
    yield (
        _("lots"),
        _("{passed} passed, {uncertain} uncertain, {failed} failed").format(
            passed=_count(classes.count(1)),
            uncertain=_count(classes.count(2)),
            failed=_count(classes.count(3)),
        ),
    )
    yield from _cohort(rows[0])
