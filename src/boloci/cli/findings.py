"""`boloci findings`: what is doubtful about the published figures."""

from collections.abc import Iterable
from typing import Any

import click

from boloci.cli.asking import out, where_and_when
from boloci.cli.language import _
from boloci.cli.program import opened_as_of, teaching

SHOWN = 200


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "findings",
        short_help=_("Show what is doubtful, with what to do."),
        help=_(
            "Show the findings about the data behind the published figures, each with"
            " a sentence and a suggested action. Filters are those of facts; a period"
            " keeps the findings that overlap it.\n\nOn the screen, what is only good"
            " to know (info) is left out unless --all, --severity, --rule or --place"
            " asks for it; files hold everything."
        ),
        examples_of=(
            ("boloci findings --place Sikasso --level district", ""),
            ("boloci findings --rule outlier_high --period 2024Q1", ""),
            ("boloci findings --summary", _("how many of each kind")),
            ("boloci findings -o findings.xlsx", ""),
        ),
    )
    @where_and_when
    @click.option(
        "--rule",
        multiple=True,
        metavar=_("RULE"),
        help=_("Kind of finding; may be given again."),
    )
    @click.option(
        "--severity",
        type=click.Choice(("info", "warning", "error")),
        help=_("Only findings of this severity."),
    )
    @click.option(
        "--all", "every", is_flag=True, help=_("Show also what is only good to know.")
    )
    @click.option("--summary", is_flag=True, help=_("Count them by kind."))
    @out()
    def findings(
        format: str | None,
        output: str | None,
        every: bool,
        summary: bool,
        **asked: Any,
    ) -> None:
        from boloci.cli.facts import tell_written
        from boloci.cli.writing import chosen_format, write
        from boloci.findings import findings

        workspace = opened_as_of(asked["profile"], asked["as_of"])
        _refuse_unknown(workspace, asked["rule"])
        found = findings(workspace, **asked)
        form = chosen_format(format, output)
        if form != "table":
            worded = with_words(workspace, found)
            rows = write(worded.to_reader(10_000), form, output)
            tell_written(rows, output) if rows else _tell_none()
        elif found.num_rows == 0:
            _tell_none()
        elif summary:
            from boloci.cli.reporting import tell_doubts

            tell_doubts(workspace, found, rules=True)
        else:
            some = any(asked[name] for name in ("severity", "rule", "place"))
            show = _show if every or some else _show_doubts
            show(workspace, found, _names(workspace, asked), output)
        if form == "table":
            _tell_left_out(workspace.catalogue, asked["profile"])

    return findings


def _refuse_unknown(workspace: Any, named: Iterable[str]) -> None:
    """Raise `Refused` for a kind of finding that is not known, naming the closest."""
    from boloci.facts import closest
    from boloci.problems import refuse

    known = workspace.catalogue.rules
    for rule in named:
        if rule not in known:
            near = ", ".join(closest(rule, known))
            raise refuse("rule_unknown", rule=rule, closest=near)


def with_words(workspace: Any, found: Any) -> Any:
    """The findings with two more columns: the sentence and the action."""
    import pyarrow as pa

    from boloci.cli.doubts import worded

    texts = [worded(workspace, row) for row in found.to_pylist()]
    for index, name in enumerate(("sentence", "action")):
        column = pa.array([text[index] for text in texts], pa.string())
        found = found.append_column(name, column)
    return found


def _names(workspace: Any, asked: dict[str, Any]) -> dict[str, str]:
    """Names of the places of the build, told apart, by their identifiers."""
    from boloci.cli.place_names import telling_names
    from boloci.facts import understand

    which = {name: asked[name] for name in ("profile", "build", "as_of")}
    return telling_names(understand(workspace, **which)[0].places)


def _show_doubts(
    workspace: Any, found: Any, names: dict[str, str], output: str | None
) -> None:
    """Warnings and errors, and how many findings are only good to know."""
    import pyarrow.compute as pc

    from boloci.cli.language import ngettext
    from boloci.cli.showing import note, number

    doubts = found.filter(pc.not_equal(found["severity"], "info"))
    if doubts.num_rows:
        _show(workspace, doubts, names, output)
    left_out = found.num_rows - doubts.num_rows
    if left_out:
        note(
            ngettext(
                "{n} finding that is only good to know (info) is left out; to see it:"
                " --all or --severity info.",
                "{n} findings that are only good to know (info) are left out; to see"
                " them: --all or --severity info.",
                left_out,
            ).format(n=number(left_out, 0))
        )


def _show(
    workspace: Any, found: Any, names: dict[str, str], output: str | None
) -> None:
    from boloci.cli.doubts import severity_word
    from boloci.cli.drawing import draw
    from boloci.cli.showing import labelled, rows_said, split_constant, table

    rows = []
    for row in with_words(workspace, found.slice(0, SHOWN)).to_pylist():
        ends = dict.fromkeys((row["period_start"], row["period_end"]))
        period = " – ".join(end for end in ends if end)
        told = {
            "severity": severity_word(row["severity"]),
            "place": names.get(row["place_id"], row["place_id"]),
            "period": period,
        }
        rows.append({**row, **told})
    headings, said = split_constant(
        {
            "severity": _("severity"),
            "rule": _("rule"),
            "place": _("place"),
            "period": _("period"),
            "sentence": _("doubt"),
            "action": _("what to do"),
        },
        rows,
        always=("sentence",),
    )
    below = [labelled(name, text) for name, text in said.items()]
    draw(table(headings, rows), [*below, rows_said(len(rows), found.num_rows)], output)


def _tell_left_out(catalogue: Any, profile: str) -> None:
    """Say which checks the profile has no constants for, if any: nothing found there
    is not nothing doubtful."""
    from boloci.cli.language import spoken
    from boloci.cli.showing import note

    left_out = catalogue.checks_left_out(catalogue.profiles[profile])
    if left_out:
        said = _(
            "Not checked, since profile {profile} has no constants for it: {checks}."
        )
        checks = [getattr(family, spoken()) for family in left_out.values()]
        note(said.format(profile=profile, checks=_("; ").join(checks)))


def _tell_none() -> None:
    from boloci.cli.showing import note

    note(_("No finding passes all of these filters."))
