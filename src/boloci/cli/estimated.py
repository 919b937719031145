"""What an estimate says when it is done."""

from typing import Any

from boloci.cli.language import _, ngettext, spoken
from boloci.cli.showing import next_step, note, number, say
from boloci.wording import problem_sentence
from boloci.workspace import Workspace


def tell_estimate(workspace: Workspace, report: Any) -> None:
    """What was published, what could not be estimated and why, and what to do next."""
    count = len(report.regions)
    fitted = ngettext("{n} region estimated", "{n} regions estimated", count)
    now = ngettext("{n} fitted now", "{n} fitted now", report.drawn)
    published = _("Published as build {build} in {seconds} s. Figures: {facts}.")
    regions = fitted.format(n=number(count, 0))
    drawn = now.format(n=number(report.drawn, 0))
    say(
        _("{regions}, {drawn}. {published}").format(
            regions=regions,
            drawn=drawn,
            published=published.format(
                build=report.build,
                seconds=number(report.seconds),
                facts=number(report.facts, 0),
            ),
        )
    )
    for one in report.refused:
        note(problem_sentence(one.problem, workspace.catalogue, spoken()))
    for text in _notes(report):
        note(text)
    next_step(
        "boloci facts --indicator zero_dose_children --method estimated"
        f" --level {'country' if report.whole else 'region'}",
        _("look at the estimates"),
    )


def _notes(report: Any) -> list[str]:
    """What a reader of the estimates must know."""
    found = []
    if report.untold:
        found.append(
            _(
                "No survey and no lot tells the level of coverage of: {regions}."
                " There, coverage and zero-dose children are refused; drop-out and the"
                " relative gap between boys and girls are given."
            ).format(regions=", ".join(report.untold))
        )
    if report.left_out:
        found.append(
            _(
                "Surveys and lots that speak of other months or places than the doses"
                " and told nothing: {names}."
            ).format(names=", ".join(report.left_out))
        )
    if report.missing:
        found.append(
            _(
                "The country is estimated once all its regions are; still without an"
                " estimate: {regions}. For all of them: boloci estimate"
            ).format(regions=", ".join(report.missing))
        )
    elif not report.whole:
        found.append(
            _(
                "The country is not estimated: it has children in regions that could"
                " not be estimated."
            )
        )
    if report.stale:
        found.append(
            _(
                "Other data were published meanwhile: these estimates bear the flag"
                " stale. Run boloci estimate again."
            )
        )
    return found
