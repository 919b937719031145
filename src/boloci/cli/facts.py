"""`boloci facts`: published figures, filtered."""

from typing import Any

import click

from boloci.cli.asking import how, out, where_and_when
from boloci.cli.language import _
from boloci.cli.program import opened, teaching

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

        workspace = opened()
        form = chosen_format(format, output)
        if form != "table":
            rows = write(stream(workspace, **asked), form, output)
            tell_written(rows, output)
            return
        total = count(workspace, **asked)
        show(first_rows(stream(workspace, **asked), SHOWN), total, output)

    return facts


def first_rows(batches: Any, limit: int) -> list[dict[str, Any]]:
    """The first rows of a stream of batches."""
    rows: list[dict[str, Any]] = []
    for batch in batches:
        rows.extend(batch.slice(0, limit - len(rows)).to_pylist())
        if len(rows) >= limit:
            break
    return rows


def show(rows: list[dict[str, Any]], total: int, output: str | None = None) -> None:
    """Draw facts as a table, with what is the same everywhere said below."""
    from boloci.cli.drawing import draw
    from boloci.cli.showing import labelled, rows_said, split_constant, table

    if not rows:
        tell_written(0, output)
        return
    texts = [fact_texts(row) for row in rows]
    headings, said = split_constant(
        fact_headings(), texts, always=("indicator", "place", "period", "value")
    )
    right = ("value", "lower", "upper", "numerator", "denominator", "received")
    below = [" · ".join(labelled(name, text) for name, text in said.items())]
    draw(
        table(headings, texts, right=right),
        [*filter(None, below), rows_said(len(rows), total)],
        output,
    )


def fact_headings() -> dict[str, str]:
    """Columns of the facts table as people read them."""
    return {
        "indicator": _("indicator"),
        "place": _("place"),
        "level": _("level"),
        "period": _("period"),
        "sex": _("sex"),
        "value": _("value"),
        "lower": _("from"),
        "upper": _("to"),
        "numerator": _("numerator"),
        "denominator": _("denominator"),
        "received": _("reports"),
        "flags": _("flags"),
        "method": _("method"),
        "denominator_source": _("over"),
        "profile": _("profile"),
        "build": _("build"),
    }


def fact_texts(row: dict[str, Any]) -> dict[str, str]:
    """One fact in the words and numbers of the language."""
    from boloci.cli.showing import MISSING, digits_of, number

    digits = digits_of(row["unit"])
    value = number(row["value"], digits)
    sign = " %" if row["unit"] == "percent" and row["value"] is not None else ""
    reports = ""
    if row["expected"] is not None or row["received"] is not None:
        reports = f"{number(row['received'], 0)}/{number(row['expected'], 0)}"
    return {
        **{name: str(row[name] or "") for name in ("indicator", "place", "period")},
        "level": level_word(row["level"]),
        "sex": {"female": _("girls"), "male": _("boys")}.get(row["sex"] or "", ""),
        "value": value + sign,
        "lower": "" if row["lower"] is None else number(row["lower"], digits),
        "upper": "" if row["upper"] is None else number(row["upper"], digits),
        "numerator": count_text(row["numerator"]),
        "denominator": count_text(row["denominator"]),
        "received": "" if reports == f"{MISSING}/{MISSING}" else reports,
        "flags": (row["flags"] or "").replace(";", ", "),
        "method": row["method"] or "",
        "denominator_source": row["denominator_source"] or "",
        "profile": row["profile"] or "",
        "build": row["build"] or "",
    }


def count_text(value: float | None) -> str:
    """A numerator or denominator: whole if it is whole; blank if there is none."""
    from boloci.cli.showing import number

    if value is None:
        return ""
    return number(value, 0 if float(value).is_integer() else 1)


def level_word(level: str | None) -> str:
    """What a level is called in the language being spoken."""
    named = {
        "country": _("country"),
        "region": _("region"),
        "district": _("district"),
        "area": _("area"),
        "facility": _("facility"),
        "commune": _("commune"),
        "village": _("village"),
        "group": _("group"),
    }
    return named.get(level or "", level or "")


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
