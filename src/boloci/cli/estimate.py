"""`boloci estimate`: how many children are really reached, and how sure that is."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "estimate",
        short_help=_("Estimate true coverage and zero-dose children, with intervals."),
        help=_(
            "Estimate from the published figures how many children are really reached:"
            " a joint model of doses, births, targets, surveys, lots and recounts. The"
            " estimates are published beside the figures, with intervals and the"
            " method estimated. A region takes about a minute, and what is fitted is"
            " kept: a run that was interrupted goes on where it was, and the same seed"
            " gives the same numbers. After new imports and boloci build the estimates"
            " bear the flag stale until this is run again."
        ),
        examples_of=(
            ("boloci estimate", ""),
            ("boloci estimate --region Sikasso", _("one region alone")),
            (
                "boloci estimate --reference --region Sikasso",
                _("check the estimate of a region"),
            ),
            (
                "boloci facts --indicator zero_dose_children --method estimated"
                " --level district",
                _("look at the estimates"),
            ),
        ),
    )
    @click.option(
        "--region",
        "regions",
        multiple=True,
        metavar=_("REGION"),
        help=_(
            "Name or identifier of a region; may be given several times. The country"
            " is estimated when all its regions are."
        ),
    )
    @click.option(
        "--seed",
        type=click.IntRange(0, 2**31 - 1),
        default=1,
        help=_("Number that chance starts from (1): the same gives the same figures."),
    )
    @click.option(
        "--reference",
        is_flag=True,
        help=_(
            "Fit one region by long chains of another sampler and say how far the"
            " estimate is from them; publishes nothing. Takes minutes to an hour and"
            ' needs pip install "boloci[estimate]".'
        ),
    )
    def estimate(regions: tuple[str, ...], seed: int, reference: bool) -> None:
        from boloci import pipeline
        from boloci.cli.estimated import tell_estimate
        from boloci.cli.referred import tell_reference
        from boloci.cli.waiting import progress

        workspace = opened()
        if reference:
            with progress(_("Reference")) as bar:
                beside = pipeline.reference(
                    workspace, regions=regions, seed=seed, progress=bar
                )
            tell_reference(beside)
            return
        with progress(_("Estimating")) as bar:
            report = pipeline.estimate(
                workspace, regions=regions, seed=seed, progress=bar
            )
        tell_estimate(workspace, report)

    return estimate
