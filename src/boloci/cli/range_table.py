"""A range on the screen: denominators down, scenarios across, and what moves it."""

from collections.abc import Iterator, Sequence
from typing import Any

from boloci.cli.drawing import Block, draw_blocks
from boloci.cli.fact_table import level_word
from boloci.cli.language import _, spoken
from boloci.cli.showing import MISSING, coded, figure, labelled, number, table
from boloci.cli.tongue import TONGUE
from boloci.cli.writing import target
from boloci.codes import SCENARIOS
from boloci.ranges import NOT_KNOWN, Range, as_json
from boloci.sex_ratios import RATIO
from boloci.telling import methods
from boloci.telling.numbers import digits_of
from boloci.telling.ranges import ends
from boloci.workspace import Workspace

RATIO_DIGITS = 2
STRIP = 48
"""Columns of the line on which the combinations are marked."""


def show(workspace: Workspace, found: Sequence[Range], output: str | None) -> None:
    """Draw each range with what it carries, one below the other."""
    blocks: list[Block] = []
    for each in (each for one in found for each in (one, *one.carried)):
        drawn = combinations(workspace, each) if each.told else None
        blocks.append((None, [title(workspace, each)]))
        blocks.append((drawn, [*lines(workspace, each), ""]))
    draw_blocks(blocks, output)


def title(workspace: Workspace, one: Range) -> str:
    """Which figure, of which place and period."""
    name = workspace.catalogue.indicators[one.indicator].name[spoken()]
    place = f"{one.place} ({level_word(one.level)})" if one.level else one.place
    return " · ".join((f"{name} ({one.indicator})", place, one.period))


def combinations(workspace: Workspace, one: Range) -> Any:
    """Denominators down, scenarios across; a dash where it cannot be told.

    Of a sex gap: the ratio assumed down, the figure and its interval across.
    """
    if one.by_ratio:
        return by_ratio(one)
    rows: dict[str, dict[str, str]] = {}
    for fact in one.facts:
        source = fact["denominator_source"]
        row = rows.setdefault(source, {"over": source_word(workspace, source)})
        row[fact["method"]] = number(fact["value"], digits_of(one.unit))
    told = [
        row for row in rows.values() if any(row.get(m) != MISSING for m in _of(row))
    ]
    headings = {
        "over": _("over"),
        **{name: methods.short(TONGUE, name) for name in SCENARIOS},
    }
    return table(headings, told, right=SCENARIOS)


def by_ratio(one: Range) -> Any:
    """A sex gap under each number of boys for a girl."""
    columns = ("value", "lower", "upper")
    headings = {
        RATIO: _("boys for a girl"),
        **dict(zip(columns, (_("value"), _("lower"), _("upper")), strict=True)),
    }
    digits = digits_of(one.unit)
    rows = [
        {
            RATIO: number(fact[RATIO], RATIO_DIGITS),
            **{name: number(fact[name], digits) for name in columns},
        }
        for fact in sorted(one.facts, key=lambda fact: fact[RATIO])
    ]
    held = {n: t for n, t in headings.items() if any(r[n] != MISSING for r in rows)}
    return table(held, rows, right=columns)


def _of(row: dict[str, str]) -> list[str]:
    return [name for name in SCENARIOS if name in row]


def lines(workspace: Workspace, one: Range) -> Iterator[str]:
    """The range in sentences: its ends, what moves it, what is left out and why."""
    if one.tellable:
        yield strip(one)
    yield ends(TONGUE, one, lambda fact: how(workspace, fact))
    if one.tellable:
        yield from _moves(one)
    if one.by_ratio:
        yield _assumption(one)
    for why, pairs in one.left_out.items():
        yield labelled(_("Left out"), left_out(workspace, one, why, pairs))


def _moves(one: Range) -> Iterator[str]:
    scenario, over = one.moved_by("method"), one.moved_by("denominator_source")
    if not scenario and not over:
        return
    if over >= scenario:
        told = _("The denominator moves it by up to {over}, the scenario by {by}.")
    else:
        told = _("The scenario moves it by up to {by}, the denominator by {over}.")
    yield told.format(over=spread(over, one.unit), by=spread(scenario, one.unit))


def _assumption(one: Range) -> str:
    """Whether the ratio of boys to girls is assumed, and what no range holds."""
    assumed = any("sex_ratio_assumed" in (f["flags"] or "") for f in one.facts)
    return (
        _("Targets are not given by sex; errors of reporting are in none of these.")
        if assumed
        else _("Targets are given by sex: no ratio is assumed.")
    )


def left_out(
    workspace: Workspace, one: Range, why: str, pairs: Sequence[tuple[str, str]]
) -> str:
    """Which combinations have no value, and why."""
    named = [
        _left_of_source(workspace, one, source, [m for m, s in pairs if s == source])
        for source in dict.fromkeys(source for _method, source in pairs)
    ]
    definition = workspace.catalogue.indicators[one.indicator]
    words = workspace.catalogue.flags.get(why, {})
    reason = definition.null if why == NOT_KNOWN else words
    said = _("; ").join(name for name in named if name)
    told = reason.get(spoken(), why)
    return f"{said}. {told}" if said else told


def _left_of_source(
    workspace: Workspace, one: Range, source: str, left: Sequence[str]
) -> str:
    """A source, and the scenarios left out where it is not left out whole."""
    mine = [fact for fact in one.facts if fact["denominator_source"] == source]
    word = source_word(workspace, source)
    whole = {f["method"] for f in mine} == set(left)
    if whole and all(fact["value"] is None for fact in mine):
        return word
    scenarios = ", ".join(
        methods.short(TONGUE, method) for method in dict.fromkeys(left)
    )
    return labelled(word, scenarios) if word else scenarios


def strip(one: Range) -> str:
    """The combinations on a line from the lowest to the highest; what is reported
    over the official target is marked apart."""
    values = [fact["value"] for fact in one.told]
    low, high = values[0], values[-1]
    width = high - low

    def at(value: float) -> int:
        return round((value - low) / width * (STRIP - 1)) if width else 0

    cells = ["─"] * STRIP
    for value in values:
        cells[at(value)] = "○"
    ends = figure(low, one.unit), figure(high, one.unit)
    usual, said = one.reported, ""
    if usual is not None and usual["value"] is not None:
        cells[at(usual["value"])] = "●"
        said = "   ● " + (
            _("with the ratio of the profile")
            if one.by_ratio
            else _("as reported, over the official target")
            if usual["denominator_source"]
            else _("as reported")
        )
    return f"{ends[0]} {''.join(cells)} {ends[1]}{said}"


def how(workspace: Workspace, fact: Any) -> str:
    """A combination in words: scenario, over which denominator; or the ratio."""
    if RATIO in fact:
        ratio = number(fact[RATIO], RATIO_DIGITS)
        return _("{n} boys for a girl").format(n=ratio)
    parts = (
        methods.short(TONGUE, fact["method"]),
        source_word(workspace, fact["denominator_source"]),
    )
    return ", ".join(part for part in parts if part)


def source_word(workspace: Workspace, source: str) -> str:
    """A source of denominators with its code; blank where there is none."""
    words = workspace.catalogue.denominators.get(source)
    return coded(words.name[spoken()] if words else "", source)


def spread(value: float, unit: str) -> str:
    """A difference between two values: points where they are percentages."""
    told = number(value, digits_of(unit))
    return _("{n} points").format(n=told) if unit == "percent" else told


def write_json(found: Sequence[Range], output: str | None) -> None:
    """Ranges as nested JSON: ends, what moves them, combinations, what they carry."""
    import msgspec

    content = msgspec.json.encode([as_json(one) for one in found])
    with target(output) as file:
        file.write(msgspec.json.format(content, indent=1) + b"\n")
