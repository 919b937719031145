"""`boloci compare`: one coverage by everyone who tells it, side by side."""

from typing import Any

import click

from boloci.cli.asking import decorated, out, which_build, years
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "compare",
        short_help=_("Show surveys, WHO/UNICEF and reports side by side."),
        help=_(
            "Show one coverage by year as everyone tells it: as reported over the"
            " official target, as the government told WHO and UNICEF, as they estimate"
            " it (WUENIC), by survey and by pooled lots, with intervals. A survey"
            " stands in the year in which the children it measured were vaccinated.\n\n"
            "--all also shows girls and boys, and the results of surveys that are no"
            " coverage: card or history alone, by 12 months, other ages, other surveys."
        ),
        examples_of=(
            ("boloci compare dtp1_coverage --period 2018..2023", ""),
            ("boloci compare dtp3_coverage --place Mopti --all", ""),
        ),
    )
    @click.argument("indicator", metavar=_("INDICATOR"))
    @_where
    @click.option(
        "--all",
        "every",
        is_flag=True,
        help=_("Both sexes apart and every result of every survey."),
    )
    @out()
    def compare(
        format: str | None,
        output: str | None,
        every: bool,
        indicator: str,
        **asked: Any,
    ) -> None:
        import pyarrow.compute as pc

        from boloci.cli.compare_table import show
        from boloci.cli.facts import tell_written
        from boloci.cli.writing import chosen_format, write
        from boloci.side_by_side import side_by_side

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        found = side_by_side(workspace, indicator, **asked)
        if not every:
            found = found.filter(pc.and_(found["shown"], pc.equal(found["sex"], "")))
        form = chosen_format(format, output)
        if form != "table":
            tell_written(write(found.to_reader(10_000), form, output), output)
        elif found.num_rows:
            show(workspace, found, output)
        else:
            tell_written(0, output)

    return compare


def _where(function: Any) -> Any:
    """Options that say where, when, and of which build."""
    options = (
        click.option(
            "--place",
            default="",
            metavar=_("PLACE"),
            help=_("Place by id, name or path; the country where left out."),
        ),
        click.option(
            "--level",
            metavar=_("LEVEL"),
            help=_("Every place of this level, inside --place where it is given."),
        ),
        years,
        which_build,
    )
    return decorated(function, options)
