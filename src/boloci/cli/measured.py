"""What a survey, a lot or WHO/UNICEF tell beside their value, line by line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from boloci.cli.language import _
from boloci.cli.showing import number

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


def _survey(row: Row) -> Iterator[Line]:
    yield _("survey"), str(row["survey"])
    yield from _cohort(row)
    if row["effective"] is not None:
        yield (
            _("effective sample"),
            _("{n} children of a simple random sample would be as sure: {how}").format(
                n=number(row["effective"], 0), how=_basis(row)
            ),
        )


def _basis(row: Row) -> str:
    """What the effective sample was worked out from."""
    known = {"n": number(row["n"], 0), "deff": number(row["design_effect"], 2)}
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
        ).format(**{name: _month(row[name]) for name in months}),
    )


def _month(code: int) -> str:
    return f"{code // 100}-{code % 100:02d}"


def _lot(row: Row) -> Iterator[Line]:
    yield _("round"), str(row["round"])
    yield from _cohort(row)
    if row["decision_number"] is not None:
        yield (
            _("decision"),
            _("passes with {d} vaccinated of {n}; this lot has {seen}").format(
                d=number(row["decision_number"], 0),
                n=number(row["sample"], 0),
                seen=number(row["vaccinated"], 0),
            ),
        )
    if row["fail_good"] is None:
        return
    sentence = _(
        "a lot at {upper} % fails with probability {fail}, one at {lower} % passes"
        " with {bad}"
    )
    shares = {side: number(100 * row[side], 0) for side in ("upper", "lower")}
    for name, ending in (
        (_("risk, children one by one"), ""),
        (_("risk, in clusters"), "_clusters"),
    ):
        fail, bad = (
            number(row[f"{risk}{ending}"], 3) for risk in ("fail_good", "pass_bad")
        )
        yield name, sentence.format(fail=fail, bad=bad, **shares)
    yield _("intracluster correlation"), number(row["intracluster"], 3)


def _pool(rows: Sequence[Row]) -> Iterator[Line]:
    """Lots pooled by their populations."""
    classes = [row["lot_class"] for row in rows]
    yield (
        _("lots"),
        _("{passed} passed, {uncertain} uncertain, {failed} failed").format(
            passed=number(classes.count(1), 0),
            uncertain=number(classes.count(2), 0),
            failed=number(classes.count(3), 0),
        ),
    )
    yield from _cohort(rows[0])
