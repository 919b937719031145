"""What a survey, a lot or WHO/UNICEF tell beside their value, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boloci.telling.tongue import Tongue

Row = Mapping[str, Any]
Line = tuple[str, str]


def lines(
    tongue: Tongue, fact: Mapping[str, Any], rows: Sequence[Row]
) -> Iterator[Line]:
    """Name and text of each line: of the survey or lot shown, else of the pool."""
    shown = [row for row in rows if row["shown"]]
    if not shown:
        return
    if fact["method"] == "survey":
        yield from _survey(tongue, shown[0])
    elif fact["method"] == "wuenic":
        yield tongue.gettext("source"), str(shown[0]["source"])
    elif fact["indicator"].endswith("_lot"):
        yield from _lot(tongue, shown[0])
    else:
        yield from _pool(tongue, shown)


def _survey(tongue: Tongue, row: Row) -> Iterator[Line]:
    yield tongue.gettext("survey"), str(row["survey"])
    yield from _cohort(tongue, row)
    if row["effective"] is not None:
        text = tongue.gettext(
            "{n} children of a simple random sample would be as sure: {how}"
        )
        yield (
            tongue.gettext("effective sample"),
            text.format(n=tongue.whole(row["effective"]), how=_basis(tongue, row)),
        )


def _basis(tongue: Tongue, row: Row) -> str:
    """What the effective sample was worked out from."""
    known = {
        "n": tongue.whole(row["n"]),
        "deff": tongue.number(row["design_effect"], digits=2),
    }
    ways = {
        "standard_error": tongue.gettext("from the standard error"),
        "interval": tongue.gettext("from the interval, on the logit"),
        "design_effect": tongue.gettext("{n} children / design effect {deff}"),
        "design_effect_assumed": tongue.gettext(
            "{n} children / an assumed design effect (see the profile)"
        ),
    }
    return ways.get(row["basis"], "").format(**known)


def _cohort(tongue: Tongue, row: Row) -> Iterator[Line]:
    """Which children: by their months, or the year that the source itself states."""
    name = tongue.gettext("cohort")
    if row["born_first"] is None:
        yield name, tongue.gettext("the year is the source's own")
        return
    months = ("born_first", "born_last", "vaccinated_first", "vaccinated_last")
    text = tongue.gettext(
        "children born {born_first} to {born_last}, due their first doses"
        " {vaccinated_first} to {vaccinated_last}: the year holds the middle"
    )
    yield name, text.format(**{month: tongue.month(row[month]) for month in months})


def _lot(tongue: Tongue, row: Row) -> Iterator[Line]:
    yield tongue.gettext("round"), str(row["round"])
    yield from _cohort(tongue, row)
    if row["decision_number"] is not None:
        text = tongue.gettext("passes with {d} vaccinated of {n}; this lot has {seen}")
        yield (
            tongue.gettext("decision"),
            text.format(
                d=tongue.whole(row["decision_number"]),
                n=tongue.whole(row["sample"]),
                seen=tongue.whole(row["vaccinated"]),
            ),
        )
    if row["fail_good"] is not None:
        yield from _risks(tongue, row)


def _risks(tongue: Tongue, row: Row) -> Iterator[Line]:
    """How often a lot is classified wrongly."""
    text = tongue.gettext(
        "a lot at {upper} % fails with probability {fail}, one at {lower} % passes"
        " with {bad}"
    )
    shares = {side: tongue.whole(100 * row[side]) for side in ("upper", "lower")}
    for name, ending in (
        (tongue.gettext("risk, children one by one"), ""),
        (tongue.gettext("risk, in clusters"), "_clusters"),
    ):
        fail, bad = (
            tongue.number(row[f"{risk}{ending}"], digits=3)
            for risk in ("fail_good", "pass_bad")
        )
        yield name, text.format(fail=fail, bad=bad, **shares)
    yield (
        tongue.gettext("intracluster correlation"),
        tongue.number(row["intracluster"], digits=3),
    )


def _pool(tongue: Tongue, rows: Sequence[Row]) -> Iterator[Line]:
    """Lots pooled by their populations."""
    classes = [row["lot_class"] for row in rows]
    text = tongue.gettext("{passed} passed, {uncertain} uncertain, {failed} failed")
    yield (
        tongue.gettext("lots"),
        text.format(
            passed=tongue.whole(classes.count(1)),
            uncertain=tongue.whole(classes.count(2)),
            failed=tongue.whole(classes.count(3)),
        ),
    )
    yield from _cohort(tongue, rows[0])
