"""`boloci look`: where to look first, from monthly doses alone."""

from typing import Any

import click

from boloci.cli.asking import out, where
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching

BY = ("children", "share")


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "look",
        short_help=_("Show where to look first: children lost on the way."),
        help=_(
            "Show the areas of a place in the order of the children to look for, from"
            " monthly doses of BCG, DTP1 and DTP3 alone: no target is read. Children"
            " who came for BCG and not for DTP1, who are fewer than a year before, who"
            " did not finish DTP, and those of areas that are silent. Each line gives"
            " its reasons, its doubt and what to do. Twelve months up to the end of"
            " --period; the latest where it is left out."
        ),
        examples_of=(
            ("boloci look --place Bougouni", ""),
            ("boloci look --place Sikasso --level district", ""),
            ("boloci look --place Bougouni --period 2023 --by share -o look.xlsx", ""),
        ),
    )
    @where
    @click.option(
        "--by",
        type=click.Choice(BY),
        default=BY[0],
        help=_(
            "Order by children, so that small and large areas compare (usual), or by"
            " the share of an area's children."
        ),
    )
    @out()
    def look(format: str | None, output: str | None, **asked: Any) -> None:
        from boloci.cli.emptied import tell_empty
        from boloci.cli.facts import tell_written
        from boloci.cli.look_table import show
        from boloci.cli.writing import chosen_format, write
        from boloci.look import look

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        found = look(workspace, **asked)
        if form == "table" and found.num_rows:
            show(found, output)
            return
        written = write(found.to_reader(10_000), form, output) if form != "table" else 0
        tell_written(written, output)
        if not found.num_rows:
            where = {name: given for name, given in asked.items() if name != "by"}
            tell_empty(workspace, indicator="dtp1_doses", **where)

    return look
