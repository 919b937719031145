"""An explanation on the screen, or as JSON."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from boloci.catalogue.definitions import Indicator
from boloci.cli import assumed, corrections_table, why_above
from boloci.cli.fact_table import count_text, fact_texts, flag_marks
from boloci.cli.language import _, spoken
from boloci.cli.showing import (
    WIDE,
    coded,
    console,
    labelled,
    number,
    rows_said,
    split_constant,
    table,
)
from boloci.cli.tongue import TONGUE
from boloci.cli.writing import target
from boloci.explain import Explanation, as_json
from boloci.ranges import reason
from boloci.telling import estimates, lineage, methods, sexes, surveys

ROWS_SHOWN = 40


def write_explanations(
    explained: Sequence[Explanation], form: str, output: str | None, *, total: int
) -> None:
    """Write explanations as text or JSON to the screen or a file."""
    if form == "json":
        import msgspec

        content = msgspec.json.encode([as_json(one) for one in explained])
        with target(output) as file:
            file.write(msgspec.json.format(content, indent=1) + b"\n")
        return
    if output is None:
        _print(console(), explained, total)
        return
    text = io.StringIO()
    _print(Console(file=text, width=WIDE, highlight=False), explained, total)
    with target(output) as file:
        file.write(text.getvalue().encode())


def _print(screen: Console, explained: Sequence[Explanation], total: int) -> None:
    for one in explained:
        for line in lines(one):
            screen.print(line, soft_wrap=True)
        assumed.print_changes(screen, one)
        _print_rows(screen, one)
        screen.print()
    if total > len(explained):
        told = _("{n} figures pass these filters, the first {shown} are explained.")
        screen.print(
            Text(told.format(n=number(total, 0), shown=number(len(explained), 0)))
        )


def lines(one: Explanation) -> Iterator[Text]:
    """What a figure is, line by line, before its rows."""
    fact, texts = one.fact, fact_texts(one.fact, flag_marks([one.fact]))
    title = [_name(one), texts["place"], texts["period"], texts["sex"]]
    yield Text(" · ".join(part for part in title if part), style="bold")
    yield _line(_("value"), _value(one, texts))
    if one.definition is not None:
        yield _line(_("why it matters"), one.definition.why[spoken()])
        yield from _division(one)
        if fact["value"] is None:
            yield _line(_("blank because"), _blank_because(one, one.definition))
    if one.formula is not None and (one.estimate or not one.told_otherwise):
        yield _line(_("formula"), getattr(one.formula, spoken()))
    if texts["received"]:
        yield _line(_("reports received/expected"), texts["received"])
    for code, words in one.flags.items():
        yield _line(_("flag"), labelled(code, words.get(spoken(), "")))
    for correction in one.corrections:
        yield _line(_("correction"), corrections_table.told_of(correction))
    yield _line(_("method"), _method(one))
    for name, text in (
        *surveys.lines(TONGUE, fact, one.measured),
        *estimates.lines(TONGUE, one),
        *assumed.told(one),
        *sexes.lines(TONGUE, one),
        *why_above.told(one.evidence),
    ):
        yield _line(name, text)
    for name, constant in one.constants.items() if not one.told_otherwise else ():
        yield _line(
            _("constant"), f"{name} = {plain(constant.value)}  ({constant.source})"
        )
    yield from _versions(one)


def _blank_because(one: Explanation, definition: Indicator) -> str:
    """The most telling of the flags in words, then when the indicator is blank."""
    here = one.flags.get(reason(one.fact), {}).get(spoken(), "")
    return f"{here} {definition.null[spoken()]}".strip()


def _division(one: Explanation) -> Iterator[Text]:
    """Numerator and denominator, with what the definition says they are."""
    for part in ("numerator", "denominator"):
        shown = count_text(one.fact[part])
        words = _part_in_words(one, part)
        if not one.told_otherwise:
            yield _line(_heading(part), f"{shown}  ({words})" if shown else words)
        elif shown:
            yield _line(_heading(part), shown)


def _part_in_words(one: Explanation, part: str) -> str:
    """What a numerator or denominator is made of, or which candidate it is."""
    if part == "denominator" and one.denominator is not None:
        return str(one.denominator.name[spoken()])
    if one.definition is None:
        return ""
    return str(getattr(one.definition, part)[spoken()])


def _name(one: Explanation) -> str:
    if one.definition is None:
        return str(one.fact["indicator"])
    return f"{one.definition.name[spoken()]} ({one.fact['indicator']})"


def _value(one: Explanation, texts: dict[str, str]) -> str:
    """The figure, with the division behind it where there is one."""
    over, under = texts["numerator"], texts["denominator"]
    if not (over and under and one.fact["value"] is not None):
        return texts["value"]
    times = " × 100" if one.fact["unit"] == "percent" else ""
    formula = one.definition.formula.get("kind") if one.definition else ""
    divided = formula in ("coverage", "ratio", "completeness", "timeliness")
    divided = divided and not one.estimate
    return f"{texts['value']} = {over} / {under}{times}" if divided else texts["value"]


def _heading(part: str) -> str:
    return _("numerator") if part == "numerator" else _("denominator")


def _method(one: Explanation) -> str:
    """How it is counted, with the codes that ask for it."""
    fact = one.fact
    parts = [
        coded(methods.name(TONGUE, fact["method"]), fact["method"]),
        coded(one.over.get(spoken(), ""), fact["denominator_source"]),
        fact["profile"],
    ]
    return " · ".join(part for part in parts if part)


def _versions(one: Explanation) -> Iterator[Text]:
    manifest = one.manifest
    yield _line(_("build"), str(one.fact["build"] or manifest.get("build", "")))
    if manifest:
        snapshots = ", ".join(str(name) for name in manifest.get("snapshots", ()))
        yield _line(_("imports"), snapshots)
        yield _line(_("catalogue"), str(manifest.get("catalogue", ""))[:12])
        yield _line(_("version"), str(manifest.get("code_version", "")))


def _line(name: str, text: str) -> Text:
    lead = _("{name}: {text}").format(name=name, text="")
    return Text(f"  {lead}", style="dim").append(Text(text, style="not dim"))


def plain(value: Any) -> str:
    """A constant as people of the language write it."""
    return number(value, 3) if isinstance(value, float) else str(value)


def _print_rows(screen: Console, one: Explanation) -> None:
    """The source rows: the file, where in it, and what it says."""
    found = one.rows
    if one.estimate:
        return
    if found.num_rows == 0:
        screen.print(Text("  " + _("No row of a file stands behind this figure.")))
        return
    named = {
        "role": _("for"),
        "file": _("file"),
        "row": _("row"),
        "cell": _("cell"),
        "element": _("element"),
        "option": _("option"),
        "place": _("place"),
        "period": _("period"),
        "sex": _("sex"),
        "age": _("age"),
        "strategy": _("strategy"),
        "value": _("value"),
        "state": _("state"),
        "snapshot": _("import"),
    }
    rows = [_row(one, row) for row in found.slice(0, ROWS_SHOWN).to_pylist()]
    held = {n: t for n, t in named.items() if any(row.get(n) for row in rows)}
    drawn, said = split_constant(held, rows, always=("role", "file", "row", "value"))
    screen.print(table(drawn, rows, right=("row", "value")))
    for name, text in said.items():
        screen.print(_line(name, text), soft_wrap=True)
    screen.print(
        Text("  " + rows_said(len(rows), found.num_rows), style="dim"), soft_wrap=True
    )


def _row(one: Explanation, row: dict[str, Any]) -> dict[str, str]:
    texts = {name: "" if v is None else str(v) for name, v in row.items()}
    for name in ("element", "option", "place"):
        if texts[name] in one.names:
            texts[name] = one.names[texts[name]][spoken()]
    texts["role"] = lineage.role(TONGUE, row["role"])
    texts["state"] = lineage.state(TONGUE, row["state"])
    texts["value"] = count_text(row["value"])
    return texts
