"""`boloci explain`: from a figure back to its rows."""

from typing import Any

import click

from boloci.cli.asking import how, out, where_and_when
from boloci.cli.language import _, ngettext
from boloci.cli.program import opened_as_of, teaching
from boloci.codes import TOTAL


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "explain",
        short_help=_("Trace a figure back to its rows, rules and versions."),
        help=_(
            "Say what a published figure is made of: its definition, numerator and"
            " denominator, the rows of your files that were added up, flags, reports"
            " expected and received, constants, imports and versions. Filters are"
            " those of facts; where many figures pass them, a place (or a level) and a"
            " period are needed. On the screen, the figure over both sexes is"
            " explained; --sex female or male explains the others."
        ),
        examples_of=(
            (
                "boloci explain --indicator dtp1_coverage --place Kologo"
                " --period 2024Q1",
                "",
            ),
            (
                "boloci explain --indicator dtp1_doses --place Mali --period 2024"
                " --format json",
                "",
            ),
        ),
    )
    @where_and_when
    @how
    @click.option(
        "--limit",
        type=click.IntRange(1, 1000),
        default=10,
        help=_("Figures to explain at most (10)."),
    )
    @out("table", "json")
    def explain(
        format: str | None, output: str | None, limit: int, **asked: Any
    ) -> None:
        from boloci.cli.emptied import tell_empty
        from boloci.cli.explaining import write_explanations
        from boloci.cli.facts import tell_written
        from boloci.cli.writing import chosen_format
        from boloci.explain import explain
        from boloci.facts import count

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        form = chosen_format(format, output)
        on_screen = form == "table" and output is None
        wanted = {**asked, "sex": asked["sex"] or (TOTAL if on_screen else None)}
        refuse_any_of_many(workspace, limit, wanted)
        explained = explain(workspace, limit=limit, **wanted)
        if not explained:
            wanted = asked
            explained = explain(workspace, limit=limit, **wanted)
        if not explained:
            tell_written(0, output)
            tell_empty(workspace, **asked)
            return
        total = count(workspace, **wanted)
        write_explanations(explained, form, output, total=total)
        if wanted != asked:
            _tell_sexes(count(workspace, **asked) - total)

    return explain


def refuse_any_of_many(workspace: Any, limit: int, asked: dict[str, Any]) -> None:
    """Raise `Refused` where no place or period is named and more figures than `limit`
    pass: the first of them would be nobody's question."""
    from boloci.cli.facts import first_rows
    from boloci.explain import is_usual
    from boloci.facts import stream
    from boloci.problems import Problem, Refused

    lacks = []
    if not asked["place"] and asked["level"] is None:
        lacks.append("explain_needs_place")
    if asked["period"] is None:
        lacks.append("explain_needs_period")
    if not lacks:
        return
    usual = None if asked["method"] or asked["denominator"] else is_usual
    if len(first_rows(stream(workspace, **asked), limit + 1, only=usual)) > limit:
        raise Refused(*(Problem(code, values={"limit": limit}) for code in lacks))


def _tell_sexes(others: int) -> None:
    """Say how many figures of girls or boys are not explained."""
    from boloci.cli.showing import note, number

    if others > 0:
        note(
            ngettext(
                "{n} more figure is of girls or boys: explain it with --sex female or"
                " --sex male.",
                "{n} more figures are of girls or boys: explain them with --sex female"
                " or --sex male.",
                others,
            ).format(n=number(others, 0))
        )
