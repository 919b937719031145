"""`boloci import`: read files, say what was understood and what was doubtful."""

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching

FORMATS = ("auto", "tidy", "dhis2", "countdown", "spreadsheet")


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "import",
        short_help=_("Read files into the workspace."),
        help=_(
            "Read FILES into the workspace: DHIS2 exports (CSV, JSON, metadata,"
            " pivot tables), tidy CSV files, Countdown workbooks, spreadsheets with a"
            " recipe; also gzipped or zipped.\n\nFiles of one call are read together,"
            " all or nothing. The same content twice changes nothing. A later value"
            " for the same key is a revision; the old one stays in the lake. A file"
            " that cannot be read whole is refused whole, with the row and the remedy."
        ),
        examples_of=(
            ("boloci import export.zip", ""),
            ("boloci import organisationUnits.json dataElements.json values.csv", ""),
            (
                "boloci import --dry-run values.csv",
                _("see what is understood, keep nothing"),
            ),
            (
                "boloci import --replace 2024.csv",
                _("this file is the whole of its periods and places"),
            ),
        ),
    )
    @click.argument("files", nargs=-1, required=True, metavar=_("FILE..."))
    @click.option(
        "--format",
        type=click.Choice(FORMATS),
        default="auto",
        help=_("What the files are; auto recognises them by what they hold."),
    )
    @click.option(
        "--replace",
        is_flag=True,
        help=_(
            "The files are the whole of their data sets, places and periods: what they"
            " do not hold is removed."
        ),
    )
    @click.option(
        "--dry-run",
        is_flag=True,
        help=_("Read and report the same, and keep nothing."),
    )
    def import_files(
        files: tuple[str, ...], format: str, replace: bool, dry_run: bool
    ) -> None:
        from boloci import pipeline
        from boloci.cli.recipe import existing, recipes_folder
        from boloci.cli.reporting import tell_import
        from boloci.cli.waiting import progress
        from boloci.cli.who import user
        from boloci.sources import recipe

        workspace = opened()
        with progress(_("Reading")) as bar:
            report = pipeline.import_files(
                workspace,
                [existing(file) for file in files],
                format=format,
                replace=replace,
                dry_run=dry_run,
                by=user(),
                progress=bar,
                recipes=recipe.load_all(recipes_folder(workspace)),
            )
        tell_import(workspace, report, dry_run=dry_run)

    return import_files
