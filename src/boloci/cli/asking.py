"""The filters that facts, findings and explain share, as options."""

from collections.abc import Callable
from typing import Any

import click

from boloci.cli.language import _
from boloci.codes import DENOMINATORS, FORMATS, METHODS, SEXES_ASKED

Command = Callable[..., Any]


def where_and_when(function: Command) -> Command:
    """Options that say which indicator, place, period, sex, profile and build."""
    return _decorated(function, _filters())


def where(function: Command) -> Command:
    """The same without indicator and sex: for figures over both of one indicator."""
    level, place, period, _sex, *build = _filters()[1:]
    return _decorated(function, (level, place, period, *build))


def _filters() -> tuple[Command, ...]:
    return (
        click.option(
            "--indicator",
            multiple=True,
            metavar=_("NAME"),
            help=_("Indicator, such as dtp1_coverage; may be given again."),
        ),
        click.option(
            "--level",
            metavar=_("LEVEL"),
            help=_(
                "country, region, district, area, facility or group; with --place,"
                " every place of that level inside it."
            ),
        ),
        click.option(
            "--place",
            multiple=True,
            metavar=_("PLACE"),
            help=_(
                'Place or group by id, name, alias or path ("Sikasso / Bougouni");'
                " accents and case do not matter; may be given again."
            ),
        ),
        click.option(
            "--period",
            metavar=_("PERIOD"),
            help=_("202401, 2024Q1, 2024S1 or 2024, or a run of one kind: 2019..2023."),
        ),
        click.option(
            "--sex",
            type=click.Choice(SEXES_ASKED),
            help=_("female, male, or total for figures over both."),
        ),
        click.option(
            "--profile",
            default="boloci",
            metavar=_("PROFILE"),
            help=_("Way of computing: boloci (usual), countdown, dhis2, fastr."),
        ),
        click.option(
            "--as-of",
            metavar=_("DATE"),
            help=_(
                "Compute anew from what had been received by the end of this day"
                " (2024-06-30)."
            ),
        ),
        click.option(
            "--build", metavar="ID", help=_("A build as it was published then.")
        ),
    )


def how(function: Command) -> Command:
    """Options that say by which method and over which denominator."""
    options = (
        click.option(
            "--method",
            multiple=True,
            type=click.Choice(METHODS),
            metavar=_("METHOD"),
            help=_("Adjustment or source: {methods}; may be given again.").format(
                methods=", ".join(METHODS)
            ),
        ),
        click.option(
            "--denominator",
            multiple=True,
            type=click.Choice(DENOMINATORS),
            metavar=_("SOURCE"),
            help=_("Source of the denominator: {sources}; may be given again.").format(
                sources=", ".join(DENOMINATORS)
            ),
        ),
    )
    return _decorated(function, options)


def out(*formats: str) -> Callable[[Command], Command]:
    """Options that say in which format, and to which file."""

    def decorate(function: Command) -> Command:
        options = (
            click.option(
                "--format",
                type=click.Choice(formats or FORMATS),
                help=_("Format; by the file's name where -o is given, else a table."),
            ),
            click.option(
                "-o",
                "--output",
                metavar=_("FILE"),
                help=_("Write to this file instead of the screen."),
            ),
        )
        return _decorated(function, options)

    return decorate


def _decorated(function: Command, options: tuple[Any, ...]) -> Command:
    for option in reversed(options):
        function = option(function)
    return function
