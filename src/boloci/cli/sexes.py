"""What a sex gap rests on, line by line: who reported sexes, and how sure it is."""

from collections.abc import Iterator

from boloci.cli.language import _
from boloci.cli.showing import number
from boloci.explain import Explanation

Line = tuple[str, str]


def told(one: Explanation) -> Iterator[Line]:
    """Name and text of each line; none where the figure is no gap between sexes."""
    kind = one.definition.formula["kind"] if one.definition else ""
    who = one.sexes
    if who:
        text = _("{n} of {all} units, {doses} of {total} doses")
        yield (
            _("sex reported by"),
            text.format(
                n=number(who["units_with_sex"], 0),
                all=number(who["units"], 0),
                doses=number(who["doses_with_sex"], 0),
                total=number(who["doses"], 0),
            ),
        )
    if kind == "sex_ratio" and who.get("dispersion") is not None:
        text = _("{n} times what chance gives, between reports")
        yield _("girls' share varies"), text.format(n=number(who["dispersion"], 1))
    if kind in ("sex_gap", "sex_ratio", "measure_sex_gap"):
        yield _("interval"), _interval(one, kind)


def _interval(one: Explanation, kind: str) -> str:
    """What the interval holds, or why there is none."""
    if one.fact["lower"] is not None:
        return _("chance alone: errors of reporting are not in it")
    if one.fact["method"] == "survey" or kind == "measure_sex_gap":
        return _("none: the number of girls and of boys measured is not known")
    if kind == "sex_ratio":
        return _("none: too few reports of both sexes, or a sex without a dose")
    return _(
        "none: doses tell who was vaccinated, nobody counted the children; the"
        " girl/boy ratio has one"
    )
