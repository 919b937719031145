"""What a reference fit says when it is done."""

from typing import Any

from boloci.cli.drawing import draw
from boloci.cli.language import _
from boloci.cli.showing import note, number, table

_POINTS = 100


def tell_reference(report: Any) -> None:
    """How far the estimate is from the reference, and whether to rely on that."""
    from boloci.stats.estimate.agreement import ENOUGH, SETTLED

    headings = {
        "level": _("by quarter"),
        "bias": _("bias"),
        "off": _("usual difference"),
        "width": _("width"),
        "inside": _("within"),
        "r_hat": _("R-hat"),
        "effective": _("least ESS"),
        "settled": _("converged"),
    }
    right = [name for name in headings if name not in ("level", "settled")]
    drawn = table(headings, [_texts(one) for one in report.levels], right=right)
    draw(drawn, _below(report))
    if not report.converged:
        note(
            _(
                "The reference has not converged, so differences may be its own: R-hat"
                " is to be below {r_hat} and ESS above {effective} everywhere, and no"
                " trajectory may diverge (here: {diverged})."
            ).format(
                r_hat=number(SETTLED, 2),
                effective=number(ENOUGH, 0),
                diverged=number(report.diverged, 0),
            )
        )


def _texts(one: Any) -> dict[str, str]:
    levels = {"area": _("areas"), "district": _("districts")}
    return {
        "level": levels[one.level],
        "bias": number(_POINTS * one.bias),
        "off": number(_POINTS * one.off),
        "width": number(one.width, 2),
        "inside": number(_POINTS * one.inside, 0),
        "r_hat": number(one.r_hat, 3),
        "effective": number(one.effective, 0),
        "settled": _("yes") if one.settled else _("no"),
    }


def _below(report: Any) -> list[str]:
    return [
        _(
            "{region}: the estimate beside {chains} chains of {draws} draws each, in"
            " {minutes} min. Nothing was published."
        ).format(
            region=report.region,
            chains=number(report.chains, 0),
            draws=number(report.long.draws, 0),
            minutes=number(report.seconds / 60),
        ),
        _(
            "Coverage likely for DTP1. Bias and usual difference: mean of the estimate"
            " less that of the reference, in points. Width: of the estimate's intervals"
            " over the reference's. Within: out of 100 means of the estimate, those in"
            " the reference's interval."
        ),
    ]
