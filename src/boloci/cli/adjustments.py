"""`boloci adjustments`: what each scenario makes of what was reported."""

from typing import Any

import click

from boloci.cli.asking import elements, indicators, out, where
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching
from boloci.codes import SCENARIOS

SHOWN = 200


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "adjustments",
        short_help=_("Show what the scenarios change: before, after, why."),
        help=_(
            "Show every month of a unit that a scenario of adjustment changes: what was"
            " reported, what the scenario puts beside it, and why. What was reported is"
            " never overwritten. --place P is every unit inside P."
        ),
        examples_of=(
            ("boloci adjustments --place Sikasso --element DTP1 --period 2023", ""),
            ("boloci adjustments --method outliers -o outliers.xlsx", ""),
        ),
    )
    @where
    @indicators
    @elements
    @click.option(
        "--method",
        multiple=True,
        type=click.Choice(SCENARIOS[1:]),
        help=_("Scenario; may be given again; all where left out."),
    )
    @out()
    def adjustments(format: str | None, output: str | None, **asked: Any) -> None:
        from boloci.adjustments import adjustments
        from boloci.cli.adjustment_table import show, tell_none
        from boloci.cli.facts import tell_written
        from boloci.cli.writing import chosen_format, write

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        found = adjustments(workspace, **asked)
        if found.num_rows == 0:
            tell_none()
        elif form == "table":
            show(workspace, asked["profile"], found, output, shown=SHOWN)
        else:
            tell_written(write(found.to_reader(10_000), form, output), output)

    return adjustments
