"""The options that commands share: what, where, when, of which build, how, and out.

An option is written once; a command takes a group of them, or one alone.
"""

from collections.abc import Callable, Sequence
from typing import Any

import click

from boloci.cli.language import _
from boloci.codes import DENOMINATORS, FORMATS, METHODS, SEXES_ASKED

Command = Callable[..., Any]


def where_and_when(function: Command) -> Command:
    """Options that say which indicator, place, period, sex, profile and build."""
    groups = (indicators, _level, _places, periods, _sex, which_build)
    return decorated(function, groups)


def where(function: Command) -> Command:
    """The same without indicator and sex: for figures over both of one indicator."""
    return decorated(function, (_level, _places, periods, which_build))


def which_build(function: Command) -> Command:
    """Options that say by which profile, received until when, of which build."""
    options = (
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
    return decorated(function, options)


def indicators(function: Command) -> Command:
    """The option that names indicators."""
    option = click.option(
        "--indicator",
        multiple=True,
        metavar=_("NAME"),
        help=_("Indicator, such as dtp1_coverage; may be given again."),
    )
    return option(function)


def elements(function: Command) -> Command:
    """The option that names what is counted."""
    option = click.option(
        "--element",
        multiple=True,
        metavar=_("CODE"),
        help=_("What is counted, such as DTP1; may be given again."),
    )
    return option(function)


def periods(function: Command) -> Command:
    """The option that names periods of any one kind."""
    option = click.option(
        "--period",
        metavar=_("PERIOD"),
        help=_(
            "202401 (or 2024-01), 2024Q1, 2024S1 or 2024, or a run of one kind:"
            " 2019..2023."
        ),
    )
    return option(function)


def years(function: Command) -> Command:
    """The option that names years, for what is told by year."""
    option = click.option(
        "--period",
        metavar=_("PERIOD"),
        help=_("2023, or a run: 2019..2023; every year where left out."),
    )
    return option(function)


def _level(function: Command) -> Command:
    option = click.option(
        "--level",
        metavar=_("LEVEL"),
        help=_(
            "country, region, district, area, facility or group; with --place,"
            " every place of that level inside it."
        ),
    )
    return option(function)


def _places(function: Command) -> Command:
    option = click.option(
        "--place",
        multiple=True,
        metavar=_("PLACE"),
        help=_(
            'Place or group by id, name, alias or path ("Sikasso / Bougouni");'
            " accents and case do not matter; may be given again."
        ),
    )
    return option(function)


def _sex(function: Command) -> Command:
    option = click.option(
        "--sex",
        type=click.Choice(SEXES_ASKED),
        help=_("female, male, or total for figures over both."),
    )
    return option(function)


def how(function: Command) -> Command:
    """Options that say by which methods and over which denominators."""
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
    return decorated(function, options)


def how_alone(function: Command) -> Command:
    """Options that say by which one method, over which one denominator."""
    options = (
        click.option(
            "--method",
            default=METHODS[0],
            type=click.Choice(METHODS),
            metavar=_("METHOD"),
            help=_("Adjustment or source: {methods}.").format(
                methods=", ".join(METHODS)
            ),
        ),
        click.option(
            "--denominator",
            type=click.Choice(DENOMINATORS),
            metavar=_("SOURCE"),
            help=_("Source of the denominator: {sources}.").format(
                sources=", ".join(DENOMINATORS)
            ),
        ),
    )
    return decorated(function, options)


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
        return decorated(function, options)

    return decorate


def decorated(function: Command, options: Sequence[Any]) -> Command:
    """A command with options, shown in its help in their order."""
    for option in reversed(options):
        function = option(function)
    return function
