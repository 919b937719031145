"""`boloci inequality`: how unequal districts, areas, groups or sexes are."""

from typing import Any

import click

from boloci.cli.asking import decorated, how_alone, out, which_build, years
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching

OVER_SEX = "sex"
"""What --over takes beside levels of places."""


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "inequality",
        short_help=_("Show how unequal districts, areas or sexes are."),
        help=_(
            "Show how unequal the groups inside a place are for one indicator: the"
            " lowest fifth, the difference between the highest and the lowest, and the"
            " zero-dose share of the worst fifth. --all shows every measure of WHO's"
            " list, with and without noise. What cannot be told is refused, with the"
            " reason."
        ),
        examples_of=(
            ("boloci inequality dtp3_coverage --period 2023", ""),
            (
                "boloci inequality dtp3_coverage --over area --place Sikasso"
                " --period 2023 --all",
                "",
            ),
            (
                'boloci inequality dtp1_coverage --over group --among "region2023_*"',
                "",
            ),
            ("boloci inequality dtp3_coverage --over region --method survey", ""),
            ("boloci inequality --file quintiles.csv", _("wealth quintiles")),
            (
                "boloci inequality dtp3_coverage --period 2023 --funnel -o funnel.csv",
                _("which places lie outside chance"),
            ),
        ),
    )
    @click.argument("indicator", metavar=_("INDICATOR"), required=False)
    @_which_groups
    @how_alone
    @which_build
    @click.option(
        "--measure",
        multiple=True,
        metavar=_("MEASURE"),
        help=_("Measure, such as bgv_corrected; may be given again."),
    )
    @click.option(
        "--all", "every", is_flag=True, help=_("Every measure, for researchers.")
    )
    @click.option(
        "--lorenz",
        "chart",
        flag_value="lorenz",
        help=_("The Lorenz curve: cumulative shares of children and of doses."),
    )
    @click.option(
        "--funnel",
        "chart",
        flag_value="funnel",
        help=_("Each group against the limits of chance for its size."),
    )
    @click.option(
        "--file",
        "survey",
        metavar=_("FILE"),
        help=_(
            "A survey's own groups, such as wealth quintiles, from a CSV: indicator,"
            " dimension, subgroup, subgroup_order, estimate, se, population."
        ),
    )
    @out()
    def inequality(
        indicator: str | None,
        survey: str | None,
        format: str | None,
        output: str | None,
        chart: str | None,
        every: bool,
        measure: tuple[str, ...],
        **asked: Any,
    ) -> None:
        from boloci import inequality as measuring
        from boloci.catalogue import load
        from boloci.cli import inequality_table
        from boloci.cli.facts import tell_written
        from boloci.cli.place_names import telling_names
        from boloci.cli.writing import chosen_format, write
        from boloci.inequality_files import of_file

        form = chosen_format(format, output)
        places: dict[str, str] = {}
        if survey is not None:
            catalogue, found = load(), of_file(survey, indicator, measure=measure)
        elif indicator is None:
            raise click.UsageError(_("Name an indicator, or a file with --file."))
        else:
            workspace = opened_as_of(asked["profile"], asked["as_of"])
            source = _source(workspace, asked)
            asked["over"] = _over(workspace, source, asked["over"])
            catalogue, places = workspace.catalogue, telling_names(source.places)
            if chart:
                found = getattr(measuring, chart)(workspace, indicator, **asked)
            else:
                wanted = measure or (() if every else _first(catalogue, asked["over"]))
                found = measuring.inequality(
                    workspace, indicator, measure=wanted, **asked
                )
        if form != "table":
            tell_written(write(found.to_reader(10_000), form, output), output)
        elif found.num_rows == 0:
            tell_written(0, output)
        elif chart and survey is None:
            inequality_table.show_chart(found, output)
        else:
            inequality_table.show(catalogue, found, places, output)

    return inequality


def _first(catalogue: Any, over: str) -> list[str]:
    """Measures shown unless said otherwise: two groups have no worst fifth."""
    if over == OVER_SEX:
        return ["difference", "ratio"]
    texts = catalogue.inequality
    return [code for code, text in texts.items() if text.programme]


def _source(workspace: Any, asked: dict[str, Any]) -> Any:
    """The build that is asked about."""
    from boloci.facts import understand

    which = {name: asked[name] for name in ("profile", "build", "as_of")}
    return understand(workspace, **which)[0]


def _over(workspace: Any, source: Any, over: str) -> str:
    """The code of what is compared. Raises `Refused`, naming --over."""
    from boloci.facts import level_named

    if over == OVER_SEX:
        return over
    return level_named(workspace, source, over, option="--over", also=(OVER_SEX,))


def _which_groups(function: Any) -> Any:
    """Options that say between which groups, of which place, when."""
    options = (
        click.option(
            "--over",
            default="district",
            metavar=_("LEVEL"),
            help=_("Between which places: district, area, region, group; or sex."),
        ),
        click.option(
            "--place",
            metavar=_("PLACE"),
            help=_("Inside which place; the whole country where left out."),
        ),
        years,
        click.option(
            "--among",
            multiple=True,
            metavar=_("NAME"),
            help=_(
                "Only groups of this id or name; * stands for anything; may be given"
                " again."
            ),
        ),
        click.option(
            "--reference",
            metavar=_("PLACE"),
            help=_("The group that mdru and mdrw compare with."),
        ),
    )
    return decorated(function, options)
