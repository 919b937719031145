"""`boloci demo`: a whole synthetic country, from its files to its pages."""

import shlex
from pathlib import Path
from typing import Any

import click

from boloci.cli.language import _, spoken
from boloci.cli.program import teaching

USUAL_FOLDER = "demo-mali"
OPEN = {
    "public": True,
    "public_groups": ["learning_hub_trends", "learning_hub_sites"],
    "synthetic": True,
}
"""Settings of the demo: open to everyone with its study sites, and called invented."""


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "demo",
        short_help=_("Make and show a whole synthetic country."),
        help=_(
            "Write a synthetic Mali as DHIS2 export files into DIR (demo-mali if not"
            " given), make a workspace there, import the files, build the figures and"
            " print the tables of the Learning Hub. Then the hub is opened in a browser"
            " with a person for each role, whose passwords are printed and made anew"
            " each time. Nothing in it is real except the figures published for the"
            " study sites. The same seed gives the same country."
        ),
        examples_of=(
            ("boloci demo", ""),
            ("boloci demo elsewhere --seed 7", _("another country of the same kind")),
            (
                "boloci --workspace demo-mali facts --level region --period 2024",
                _("go on with it"),
            ),
        ),
    )
    @click.argument("folder", metavar=_("[DIR]"), default=USUAL_FOLDER)
    @click.option("--seed", type=int, metavar="N", help=_("Another country: a number."))
    @click.option(
        "--no-serve",
        is_flag=True,
        help=_("Only build and print; do not open the hub."),
    )
    @click.option(
        "--port",
        type=click.IntRange(1, 65535),
        default=8000,
        show_default=True,
        help=_("Port of this machine."),
    )
    def demo(folder: str, seed: int | None, no_serve: bool, port: int) -> int:
        from boloci.cli import serve
        from boloci.cli.demo_tables import show_tables
        from boloci.cli.reporting import tell_build, tell_import

        root = Path(folder)
        workspace = made(root)
        imported, built = filled(workspace, root / "files", seed)
        tell_import(workspace, imported, dry_run=False, steps=False)
        tell_build(workspace, built, "boloci", steps=False)
        show_tables(workspace)
        _tell_people(workspace.root)
        _make_project()
        _tell_next(folder)
        if no_serve:
            return 0
        _make_pages()
        return serve.run(root=workspace.root, port=port)

    return demo


def made(root: Path) -> Any:
    """The demo's workspace: the one an earlier demo made, else a new one."""
    from boloci.problems import refuse
    from boloci.workspace import (
        SETTINGS,
        init,
        open_workspace,
        read_settings,
        write_settings,
    )

    if (root / SETTINGS).exists():
        if not (root / "files").is_dir():
            raise refuse("demo_folder_used", folder=str(root))
        return open_workspace(root)
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise refuse("demo_folder_used", folder=str(root))
    init(root, country="ML")
    write_settings(root, {**read_settings(root), **OPEN})
    (root / "files").mkdir()
    return open_workspace(root)


def filled(workspace: Any, files: Path, seed: int | None) -> tuple[Any, Any]:
    """Write, import and build; what the import and the build reported."""
    from boloci import demo, pipeline
    from boloci.cli.waiting import progress
    from boloci.cli.who import user

    with progress(_("Writing the synthetic country")) as bar:
        written = demo.write(
            files, seed=demo.SEED if seed is None else seed, progress=bar
        )
    with progress(_("Reading")) as bar:
        imported = pipeline.import_files(
            workspace, written.files, by=user(), progress=bar
        )
    _enter_months(workspace.root)
    with progress(_("Computing")) as bar:
        built = pipeline.build(workspace, progress=bar)
    _note_published(built.build)
    return imported, built


def _enter_months(root: Path) -> None:
    """Begin the hub, and the project whose teams enter months: they are imported before
    the figures are built, so that the demo builds once."""
    from boloci.hub import serving

    serving.setup(root)
    serving.prepare()
    from boloci.hub.improvement.demo_team import make_project

    make_project()


def _note_published(build: str) -> None:
    """Tell the hub that the months are in the figures."""
    from boloci.hub.improvement.demo_team import note_published

    note_published(build)


def _make_project() -> None:
    """The project that a source tells of, with its figures, which are published now."""
    from boloci.hub.improvement.demo import make_project

    make_project()


def _tell_people(root: Path) -> None:
    """Make a person for each role and show how to sign in."""
    from boloci.cli.drawing import draw
    from boloci.cli.showing import say, table
    from boloci.hub import serving

    serving.setup(root)
    serving.prepare()
    from django.utils import translation

    from boloci.hub.people import words
    from boloci.hub.people.demo import make_people

    translation.activate(spoken())
    rows = [
        {
            "username": one.username,
            "password": one.password,
            "role": words.role(one.role),
            "place": one.place or _("the whole country"),
        }
        for one in make_people()
    ]
    headings = {
        "username": _("user"),
        "password": _("password"),
        "role": _("role"),
        "place": _("place"),
    }
    say()
    say(_("Sign-ins of this demo, for this machine only:"))
    draw(table(headings, rows), [])


def _make_pages() -> None:
    """Make what people look at first, so that the hub opens at once."""
    from boloci.cli.waiting import progress
    from boloci.hub.imports import warming

    with progress(_("Preparing the first pages")) as bar:
        warming.first(bar)


def _tell_next(folder: str) -> None:
    from boloci.cli.showing import next_step

    named = shlex.quote(str(folder))
    next_step(
        f"boloci --workspace {named} facts --indicator dtp1_coverage --level region"
        " --period 2024",
        _("coverage by region"),
    )
    next_step(
        f"boloci --workspace {named} explain --indicator dtp1_coverage"
        " --place Kologo --period 2024Q1",
        _("where a figure comes from"),
    )
