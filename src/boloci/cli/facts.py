"""`boloci facts`: published figures, filtered."""

from typing import Any

import click

from boloci.cli.asking import how, out, where_and_when
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching

SHOWN = 500
"""Rows a table on the screen shows; the rest is counted and a file takes it."""


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "facts",
        short_help=_("Show published figures, or write them to a file."),
        help=_(
            "Show the published figures that pass every filter. A filter left out"
            " restricts nothing.\n\n--place P is P alone; with --level L it is every L"
            " inside P. A name that fits several levels means the highest."
        ),
        examples_of=(
            (
                "boloci facts --indicator dtp1_coverage --level region --period 2024Q1",
                "",
            ),
            (
                "boloci facts --indicator zero_dose_children --place Sikasso"
                " --level district",
                "",
            ),
            ("boloci facts --indicator dtp1_doses --period 2019..2023", ""),
            ("boloci facts --place Mopti -o mopti.xlsx", ""),
        ),
    )
    @where_and_when
    @how
    @out()
    def facts(format: str | None, output: str | None, **asked: Any) -> None:
        from boloci.cli.writing import chosen_format, write
        from boloci.facts import count, stream

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        if form != "table":
            written = write(stream(workspace, **asked), form, output)
            tell_written(written, output)
            return
        rows = first_rows(stream(workspace, **asked), SHOWN)
        if not rows:
            tell_written(0, output)
            return
        from boloci.cli.fact_table import show

        total = count(workspace, **asked) if len(rows) == SHOWN else len(rows)
        show(workspace, rows, total, output)

    return facts


def first_rows(batches: Any, limit: int) -> list[dict[str, Any]]:
    """The first rows of a stream of batches."""
    rows: list[dict[str, Any]] = []
    for batch in batches:
        rows.extend(batch.slice(0, limit - len(rows)).to_pylist())
        if len(rows) >= limit:
            break
    return rows


def tell_written(rows: int, output: str | None) -> None:
    """Say on stderr what went to a file, or that nothing passed the filters."""
    from boloci.cli.showing import note, number

    if rows == 0:
        note(
            _(
                "No published figure passes all of these filters. Leave one out, or"
                " see what there is with: boloci facts --level country"
            )
        )
    elif output is not None:
        note(_("{n} rows written to {file}.").format(n=number(rows, 0), file=output))
