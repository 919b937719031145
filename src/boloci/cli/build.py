"""`boloci build`: compute and publish the facts."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "build",
        short_help=_("Compute and publish the figures."),
        help=_(
            "Compute the figures from every import that counts, and publish them."
            " Readers see the old figures until the new ones are whole; the last"
            " three builds are kept."
        ),
        examples_of=(
            ("boloci build", ""),
            (
                "boloci build --profile countdown",
                _("as Countdown 2030 computes them, beside the usual ones"),
            ),
        ),
    )
    @click.option(
        "--profile",
        default="boloci",
        metavar=_("PROFILE"),
        help=_("Way of computing: boloci (usual), countdown, dhis2, fastr."),
    )
    def build(profile: str) -> None:
        from boloci import pipeline
        from boloci.cli.reporting import tell_build
        from boloci.cli.waiting import progress

        workspace = opened()
        with progress(_("Computing")) as bar:
            report = pipeline.build(workspace, profile=profile, progress=bar)
        tell_build(workspace, report, profile)

    return build
