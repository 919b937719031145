"""`boloci corrections`: the register of what people decided of single values."""

from collections.abc import Sequence
from typing import Any

import click

from boloci.cli.asking import elements, out, periods
from boloci.cli.language import _
from boloci.cli.program import opened, teaching
from boloci.codes import AGES, SEXES, STRATEGIES
from boloci.problems import refuse

ACTIONS = ("replace", "drop", "flag")


def command() -> click.Command:
    """Build the command in the language being spoken."""

    @teaching(
        "corrections",
        short_help=_("Show the corrections people made, or make one."),
        help=_(
            "Show the register of corrections: what was reported, what counts instead,"
            " why, by whom, and whether the correction applies. With --add make one:"
            " it notes what the source says now, and no longer applies once the source"
            " says something else. A correction is an import: boloci undo takes it"
            " back. What was reported is never overwritten."
        ),
        examples_of=(
            ("boloci corrections", ""),
            ("boloci corrections --state stale --place Sikasso", ""),
            (
                "boloci corrections --add --place A12 --element DTP1 --period 202403"
                ' --value 12 --reason "register counted again"',
                "",
            ),
            ("boloci corrections -o corrections.csv", _("can be imported again")),
        ),
    )
    @click.option("--add", is_flag=True, help=_("Make a correction."))
    @click.option(
        "--place",
        multiple=True,
        metavar=_("PLACE"),
        help=_("Corrections inside this place; with --add the unit that reported."),
    )
    @elements
    @periods
    @click.option(
        "--state",
        multiple=True,
        metavar=_("STATE"),
        help=_("Only those that are applied, stale, proposed, ambiguous, ..."),
    )
    @click.option(
        "--action",
        type=click.Choice(ACTIONS),
        default="replace",
        help=_(
            "replace by --value; drop: set aside, missing and never 0; flag: keep the"
            " value and mark what it enters."
        ),
    )
    @click.option(
        "--value", type=float, metavar=_("NUMBER"), help=_("What is right instead.")
    )
    @click.option(
        "--reason", default="", metavar=_("TEXT"), help=_("Why; others will read it.")
    )
    @click.option("--sex", type=click.Choice(SEXES), help=_("Of one sex only."))
    @click.option("--age", type=click.Choice(AGES), help=_("Of one age only."))
    @click.option(
        "--strategy", type=click.Choice(STRATEGIES), help=_("Of one strategy only.")
    )
    @click.option(
        "--propose", is_flag=True, help=_("Note it, and let somebody else accept it.")
    )
    @out()
    def corrections(add: bool, **asked: Any) -> None:
        if add:
            _add(**asked)
        else:
            _show(**asked)

    return corrections


def _show(
    *,
    format: str | None,
    output: str | None,
    place: Sequence[str],
    element: Sequence[str],
    period: str | None,
    state: Sequence[str],
    **_unused: Any,
) -> None:
    from boloci.cli.corrections_table import show, tell_none
    from boloci.cli.facts import tell_written
    from boloci.cli.writing import chosen_format, write

    form = chosen_format(format, output)
    found = opened().corrections(
        place=place, element=element, period=period, state=state
    )
    if found.num_rows == 0 and form == "table":
        tell_none()
    elif form == "table":
        show(found, output)
    else:
        tell_written(write(found.to_reader(10_000), form, output), output)


def _add(
    *,
    place: Sequence[str],
    element: Sequence[str],
    period: str | None,
    propose: bool,
    sex: str | None,
    age: str | None,
    strategy: str | None,
    action: str,
    value: float | None,
    reason: str,
    **_unused: Any,
) -> None:
    from boloci.cli.corrections_table import tell_added
    from boloci.cli.who import user
    from boloci.corrections import add_correction

    given = {"--place": len(place), "--element": len(element), "--period": bool(period)}
    missing = [name for name, count in given.items() if count != 1]
    if missing:
        raise refuse("correction_incomplete", missing=", ".join(missing))
    row, report = add_correction(
        opened(),
        place=place[0],
        element=element[0],
        period=str(period),
        action=action,
        value=value,
        reason=reason,
        by=user(),
        sex=sex or "",
        age=age or "",
        strategy=strategy or "",
        status="proposed" if propose else "accepted",
    )
    tell_added(row, report.snapshot)
