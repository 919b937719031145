"""`boloci recipe`: teach boloci to read a country's own spreadsheet, once."""

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from boloci.cli.language import _
from boloci.cli.program import opened, teaching

if TYPE_CHECKING:
    from boloci.sources.recipe import Proposal

REFUSED = 1
FIXED = {"place": "Kologo", "period": "2024", "element": "Penta1"}
"""An example of what the whole of a file is about."""


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "recipe",
        short_help=_("Teach how a spreadsheet of your own is read."),
        help=_(
            "Guess how the spreadsheet FILE is laid out (which columns are places,"
            " periods, elements), show the first rows as they would be read, and keep"
            " the recipe in the workspace: catalogue/recipes/NAME.yaml.\n\nCorrect that"
            " file where the guess is wrong and run the command again to see the"
            " effect. From then on import reads such files by themselves.\n\nA guess"
            " without places or periods is kept only as a --draft, which reads no file"
            " before it is completed."
        ),
        examples_of=(
            ("boloci recipe vaccination-2024.xlsx", _("guess, show, keep")),
            (
                "boloci recipe vaccination-2024.xlsx --name monthly",
                _("kept as monthly.yaml"),
            ),
            ("boloci import vaccination-2024.xlsx", _("reads it by the recipe")),
        ),
    )
    @click.argument("file", metavar=_("FILE"))
    @click.option("--sheet", default="", metavar=_("SHEET"), help=_("Sheet to read."))
    @click.option(
        "--name", metavar=_("NAME"), help=_("Name of the recipe; else of the file.")
    )
    @click.option(
        "--renew", is_flag=True, help=_("Guess anew and replace the kept recipe.")
    )
    @click.option(
        "--draft",
        is_flag=True,
        help=_("Keep the guess, to complete it, even without places or periods."),
    )
    def recipe(
        file: str, sheet: str, name: str | None, renew: bool, draft: bool
    ) -> int:
        from boloci.cli.showing import next_step, say
        from boloci.sources import recipe

        path = existing(file)
        kept = recipes_folder(opened()) / f"{name or path.stem}.yaml"
        if kept.exists() and not renew:
            proposed = shown_by(kept, path, sheet)
            say(_("Recipe kept before: {file}").format(file=kept))
        else:
            proposed = recipe.propose(path, sheet=sheet, name=name or path.stem)
            if not draft and not useful(proposed):
                return _not_kept(proposed, file)
            recipe.save(proposed.recipe, kept)
            say(_("Recipe guessed and kept: {file}").format(file=kept))
        show(proposed)
        if proposed.lacks:
            _tell_what_to_add(proposed)
        if proposed.lacks or proposed.problems:
            next_step(
                f"boloci recipe {shlex.quote(str(file))}",
                _("after correcting the recipe"),
            )
            return REFUSED
        next_step(
            f"boloci import {shlex.quote(str(file))}", _("or correct the recipe first")
        )
        return 0

    return recipe


def recipes_folder(workspace: Any) -> Path:
    """Where a workspace keeps its recipes."""
    folder: Path = workspace.own_catalogue / "recipes"
    return folder


def existing(file: str) -> Path:
    """The path of a file that is there. Raises `Refused`."""
    from boloci.problems import Where, refuse

    path = Path(file)
    if not path.is_file():
        told = "not_a_file" if path.is_dir() else "file_missing"
        raise refuse(told, Where(file=file))
    return path


def shown_by(kept: Path, path: Path, sheet: str) -> "Proposal":
    """What a kept recipe reads of a file: of the sheet it names, else the first."""
    from boloci.problems import Where, refuse
    from boloci.sources import recipe

    loaded = recipe.load(kept)
    wanted = sheet or loaded.sheet
    sheets = [s for s in recipe.sheets(path) if not wanted or s.title == wanted]
    fitting = [s for s in sheets if recipe.matching([loaded], s)] or sheets
    if not fitting:
        raise refuse("no_table_found", Where(path.name, wanted))
    return recipe.proposal(loaded, fitting[0], path.name)


def useful(proposed: "Proposal") -> bool:
    """Whether a guess could read some file, once its elements are told at most."""
    from boloci.sources.recipe import is_draft

    unknown = "recipe_names_nothing" in proposed.problems
    return not unknown and not is_draft(proposed.recipe)


def _not_kept(proposed: "Proposal", file: str) -> int:
    """Show a guess that could read no file, and say how to come to one that can."""
    from boloci.cli.showing import next_step, say

    show(proposed)
    say(
        _(
            "This recipe is not kept: a file is read only where its places and its"
            " periods are found. Give its columns headers that say so (District,"
            " Month), or keep the guess as a draft and complete it by hand."
        )
    )
    next_step(
        f"boloci recipe {shlex.quote(str(file))} --draft",
        _("or correct the file first"),
    )
    return REFUSED


def show(proposed: "Proposal") -> None:
    """The recipe in words, what it lacks, and the first rows read by it."""
    from boloci.cli.showing import labelled, say
    from boloci.cli.trouble import tell
    from boloci.problems import Problem

    for heading, text in _in_words(proposed.recipe).items():
        say("  " + labelled(heading, text))
    say("  " + _("columns: {names}").format(names=" | ".join(proposed.columns)))
    if proposed.lacks:
        lacks = ", ".join(_part(part) for part in proposed.lacks)
        say(_("Not found: {parts}.").format(parts=lacks))
    tell([Problem(code) for code in proposed.problems])
    if proposed.preview is not None:
        _show_rows(proposed.preview)


def _tell_what_to_add(proposed: "Proposal") -> None:
    """How a kept recipe is given what it lacks."""
    from boloci.cli.showing import say

    example = ", ".join(f"{part}: {FIXED[part]}" for part in proposed.lacks)
    say(
        _(
            "Name the column in the recipe. Or, where it is the same in the whole file,"
            " add it to the recipe, for example: {example}"
        ).format(example=f"fixed: {{{example}}}")
    )


def _in_words(recipe: Any) -> dict[str, str]:
    told = {
        _("table"): recipe.table,
        _("sheet"): recipe.sheet,
        _("header rows"): ", ".join(map(str, recipe.header_rows)),
        _("first row"): str(recipe.first_row),
        _("places"): " / ".join(recipe.place),
        _("periods"): ", ".join(recipe.period),
        _("elements"): recipe.element,
        _("sex, age, strategy"): ", ".join(recipe.split),
        _("across the header"): ", ".join(map(_part, recipe.across)),
        _("figures"): ", ".join(recipe.values),
        _("for the whole file"): ", ".join(
            f"{key} = {value}" for key, value in recipe.fixed.items()
        ),
    }
    return {heading: text for heading, text in told.items() if text}


def _part(part: str) -> str:
    named = {"place": _("places"), "period": _("periods"), "element": _("elements")}
    return named.get(part, part)


def _show_rows(preview: Any) -> None:
    from boloci import periods
    from boloci.cli.drawing import draw
    from boloci.cli.showing import number, table

    rows = []
    for row in preview.to_pylist():
        texts = {name: "" if cell is None else str(cell) for name, cell in row.items()}
        if isinstance(row.get("period"), int):
            texts["period"] = periods.text(row["period"])
        if isinstance(row.get("value"), float):
            texts["value"] = number(row["value"], 0 if row["value"] % 1 == 0 else 2)
        rows.append(texts)
    used = [name for name in preview.column_names if any(row[name] for row in rows)]
    draw(table({name: name for name in used}, rows, right=("value", "row")), [])
