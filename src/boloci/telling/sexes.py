"""What a sex gap rests on, line by line: who reported sexes, and how sure it is."""

from collections.abc import Iterator

from boloci.explain import Explanation
from boloci.telling.tongue import Tongue

GAPS = ("sex_gap", "sex_ratio", "measure_sex_gap")
"""Kinds of formula that compare girls and boys."""


def lines(tongue: Tongue, one: Explanation) -> Iterator[tuple[str, str]]:
    """Name and text of each line; none where the figure is no gap between sexes."""
    kind = one.definition.formula["kind"] if one.definition else ""
    who = one.sexes
    if who:
        text = tongue.gettext("{n} of {all} units, {doses} of {total} doses")
        yield (
            tongue.gettext("sex reported by"),
            text.format(
                n=tongue.whole(who["units_with_sex"]),
                all=tongue.whole(who["units"]),
                doses=tongue.whole(who["doses_with_sex"]),
                total=tongue.whole(who["doses"]),
            ),
        )
    if kind == "sex_ratio" and who.get("dispersion") is not None:
        text = tongue.gettext("{n} times what chance gives, between reports")
        told = text.format(n=tongue.number(who["dispersion"], digits=1))
        yield tongue.gettext("girls' share varies"), told
    if kind in GAPS and not one.estimate:
        yield tongue.gettext("interval"), _interval(tongue, one, kind)


def _interval(tongue: Tongue, one: Explanation, kind: str) -> str:
    """What the interval holds, or why there is none."""
    if one.fact["lower"] is not None:
        return tongue.gettext("chance alone: errors of reporting are not in it")
    if one.fact["method"] == "survey" or kind == "measure_sex_gap":
        return tongue.gettext(
            "none: the number of girls and of boys measured is not known"
        )
    if kind == "sex_ratio":
        return tongue.gettext(
            "none: too few reports of both sexes, or a sex without a dose"
        )
    return tongue.gettext(
        "none: doses tell who was vaccinated, nobody counted the children; the"
        " girl/boy ratio has one"
    )
