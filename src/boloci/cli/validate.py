"""`boloci validate`: leave each survey and lot out; see what all else says of it."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "validate",
        short_help=_("See how far to trust the estimates' intervals."),
        help=_(
            "Leave out each lot, and each survey whole, and compare it with what all"
            " else says of it: doses, births, targets and the other surveys and lots."
            " If intervals are honest, about 9 in 10 of these figures lie in theirs. A"
            " region takes about a minute; what is fitted is kept. Nothing is"
            " published."
        ),
        examples_of=(
            ("boloci validate", ""),
            ("boloci validate --region Sikasso", _("one region alone")),
        ),
    )
    @click.option(
        "--region",
        "regions",
        multiple=True,
        metavar=_("REGION"),
        help=_("Name or identifier of a region; may be given several times."),
    )
    @click.option(
        "--seed",
        type=click.IntRange(0, 2**31 - 1),
        default=1,
        help=_("Number that chance starts from (1): the same gives the same figures."),
    )
    def validate(regions: tuple[str, ...], seed: int) -> None:
        from boloci import pipeline
        from boloci.cli.validated import tell_validation
        from boloci.cli.waiting import progress

        workspace = opened()
        with progress(_("Leaving out")) as bar:
            found = pipeline.validate(
                workspace, regions=regions, seed=seed, progress=bar
            )
        tell_validation(workspace, found)

    return validate
