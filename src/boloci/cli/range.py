"""`boloci range`: how far a figure hangs on the scenario and the denominator."""

from typing import Any

import click

from boloci.cli.asking import out, where
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "range",
        short_help=_("Show a figure under every scenario and denominator."),
        help=_(
            "Show coverage as a range: every scenario of adjustment over every source"
            " of denominators, from the lowest to the highest, which of the two choices"
            " moves it most, what is left out and why, and the children not reached"
            " under the same choices. A gap between boys and girls is shown under every"
            " ratio of boys to girls assumed. A place or a level is needed, and a"
            " period."
        ),
        examples_of=(
            ("boloci range dtp1_coverage --place Sikasso --period 2023", ""),
            ("boloci range dtp1_sex_gap --place Sikasso --period 2023", ""),
            (
                "boloci range dtp3_coverage --level region --period 2023"
                " -o ranges.xlsx",
                "",
            ),
        ),
    )
    @click.argument("indicator", metavar=_("INDICATOR"))
    @where
    @out()
    def range(
        indicator: str, format: str | None, output: str | None, **asked: Any
    ) -> None:
        from boloci.cli.emptied import tell_empty
        from boloci.cli.facts import tell_written
        from boloci.cli.range_table import show, write_json
        from boloci.cli.writing import chosen_format, write
        from boloci.problems import refuse
        from boloci.ranges import ranges, table

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        if asked["period"] is None:
            raise refuse("range_needs_period")
        found = ranges(workspace, indicator, **asked)
        if not found:
            tell_written(0, output)
            tell_empty(workspace, indicator=indicator, **asked)
        elif form == "table":
            show(workspace, found, output)
        elif form == "json":
            write_json(found, output)
        else:
            tell_written(write(table(found).to_reader(10_000), form, output), output)

    return range
