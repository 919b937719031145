"""What an import and a build say when they are done."""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from boloci.cli.doubts import by_rule
from boloci.cli.drawing import draw
from boloci.cli.language import _
from boloci.cli.showing import next_step, note, number, say, table
from boloci.cli.tongue import TONGUE
from boloci.telling import imported
from boloci.workspace import Workspace

RULES_SHOWN = 25


def tell_import(
    workspace: Workspace, report: Any, *, dry_run: bool, steps: bool = True
) -> None:
    """Files understood, then doubts by rule, then (with `steps`) the next step."""
    if report.already and not dry_run:
        say(
            _(
                "These files are already here as {snapshot}: nothing was changed."
            ).format(snapshot=report.snapshot)
        )
        return
    _tell_files(report.files)
    _tell_understood(report)
    tell_doubts(workspace, report.findings)
    if dry_run:
        say(_("Dry run: nothing was kept."))
        next_step(f"boloci import {_('FILE')}", _("keep it"))
        return
    say(_("Kept as the import {snapshot}.").format(snapshot=report.snapshot))
    if steps:
        next_step("boloci build", _("compute and publish the figures"))


def _tell_files(files: Iterable[Any]) -> None:
    headings = {
        "name": _("file"),
        "format": _("understood as"),
        "rows": _("rows"),
        "periods": _("periods"),
    }
    rows = [
        {
            "name": file.name,
            "format": imported.kind(TONGUE, file.format),
            "rows": imported.rows(TONGUE, file.rows),
            "periods": _periods(file),
        }
        for file in files
    ]
    draw(table(headings, rows), [])


def _tell_understood(report: Any) -> None:
    """Elements and places that the rows were understood to be about."""
    if report.elements:
        named = ", ".join(
            code if count == 1 else f"{code} ({count})"
            for code, count in report.elements.items()
        )
        say(_("Elements understood: {names}").format(names=named))
    if report.places:
        said = _("Places that rows lie at: {n}")
        say(said.format(n=number(report.places, 0)))


def _periods(file: Any) -> str:
    """First and last period of a file's values."""
    from boloci import periods

    ends = [file.first_period, file.last_period]
    texts = [periods.text(end) for end in ends if end is not None]
    return " – ".join(dict.fromkeys(texts))


def tell_doubts(
    workspace: Workspace, findings: pa.Table, *, rules: bool = False
) -> None:
    """Findings grouped by rule: how many, the sentence of the first, what to do.

    `rules`: every rule is told, each with its code, by which it can be asked for.
    """
    groups = by_rule(workspace, findings)
    if not groups:
        say(_("Nothing doubtful was found."))
        return
    headings = {
        "severity": _("severity"),
        "count": _("times"),
        **({"rule": _("rule")} if rules else {}),
        "sentence": _("doubt"),
        "action": _("what to do"),
    }
    rows = [
        {
            "severity": group.severity,
            "count": number(group.count, 0),
            "rule": group.rule,
            "sentence": group.sentence,
            "action": group.action,
        }
        for group in (groups if rules else groups[:RULES_SHOWN])
    ]
    below = [
        _("Findings: {n}; kinds: {rules}.").format(
            n=number(findings.num_rows, 0), rules=len(groups)
        )
    ]
    draw(table(headings, rows, right=("count",)), below)


def tell_build(
    workspace: Workspace, report: Any, profile: str, *, steps: bool = True
) -> None:
    """What was published, and (with `steps`) how to look at it."""
    say(
        _(
            "Published build {build} of profile {profile} in {seconds} s."
            " Figures: {facts}; findings: {findings}."
        ).format(
            build=report.build,
            profile=profile,
            facts=number(report.facts, 0),
            findings=number(report.findings.num_rows, 0),
            seconds=number(report.seconds),
        )
    )
    if report.facts == 0:
        note(
            _(
                "No figure: no row lies at a place that is known, or no element is"
                " recognised. Import the places (organisationUnits, or places.csv),"
                " and look at boloci findings."
            )
        )
    if report.stale:
        note(
            _(
                "The estimates are from before these imports and bear the flag stale:"
                " boloci estimate makes them again."
            )
        )
    if not steps:
        return
    chosen = "" if profile == "boloci" else f" --profile {profile}"
    if report.facts:
        next_step(
            f"boloci facts{chosen} --indicator dtp1_coverage --level country",
            _("look at the figures"),
        )
    next_step(f"boloci findings{chosen}", _("look at the doubts"))
