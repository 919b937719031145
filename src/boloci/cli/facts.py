"""`boloci facts`: published figures, filtered."""

from collections.abc import Callable, Mapping, Sequence
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
            " inside P. A name that fits several levels means the highest.\n\nOn the"
            " screen, several places or periods are shown as reported over the official"
            " target; --method and --denominator show the others, a file has them all."
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
        from boloci.cli.emptied import tell_empty
        from boloci.cli.writing import chosen_format, write
        from boloci.facts import count, stream

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        if form != "table":
            written = write(stream(workspace, **asked), form, output)
            tell_written(written, output)
            if not written:
                tell_empty(workspace, **asked)
            return
        rows = first_rows(stream(workspace, **asked), SHOWN)
        if not rows:
            tell_written(0, output)
            tell_empty(workspace, **asked)
            return
        from boloci.cli.fact_table import show
        from boloci.explain import is_usual

        others = 0
        any_way = asked["method"] or asked["denominator"] or not _several(rows)
        if not any_way and not all(is_usual(row) for row in rows):
            usual = first_rows(stream(workspace, **asked), SHOWN, only=is_usual)
            rows = usual or rows
            others = count(workspace, **asked) - len(rows)
        total = count(workspace, **asked) if len(rows) == SHOWN else len(rows)
        show(workspace, rows, total, output)
        if 0 < len(rows) < SHOWN:
            _tell_others(others)

    return facts


def _several(rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether facts are of more than one place and period."""
    return len({(row["place_id"], row["period"]) for row in rows}) > 1


def _tell_others(others: int) -> None:
    """Say how many figures of other scenarios and denominators are not shown."""
    from boloci.cli.showing import note, number

    if others:
        note(
            _(
                "{n} more figures are of adjusted scenarios or other denominators: see"
                " them with --method or --denominator, or a range with boloci range."
            ).format(n=number(others, 0))
        )


def first_rows(
    batches: Any, limit: int, *, only: Callable[[Any], bool] | None = None
) -> list[dict[str, Any]]:
    """The first rows of a stream of batches, those for which `only` holds."""
    rows: list[dict[str, Any]] = []
    for batch in batches:
        if only is None:
            batch = batch.slice(0, limit - len(rows))
        rows.extend(row for row in batch.to_pylist() if only is None or only(row))
        if len(rows) >= limit:
            break
    return rows[:limit]


def tell_written(rows: int, output: str | None) -> None:
    """Say on stderr what went to a file, or that nothing passed the filters."""
    from boloci.cli.showing import note, number

    if rows == 0:
        note(_("No published figure passes all of these filters."))
    elif output is not None:
        note(_("{n} rows written to {file}.").format(n=number(rows, 0), file=output))
