"""Sources and definitions: everything the figures stand on, as the catalogue says it.

Nothing here is written twice: names, texts and constants are those of the catalogue,
headings those of the methods handbook.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from boloci.catalogue import yaml_files
from boloci.catalogue.definitions import Indicator
from boloci.catalogue.handbook_words import Say
from boloci.catalogue.loader import PACKAGE
from boloci.charts import Column, Table
from boloci.hub import pages, reading, showing
from boloci.hub.controls import LONGEST
from boloci.hub.current import build_file, workspace
from boloci.hub.figures import quality_tables, source_lists
from boloci.hub.figures.source_lists import Line
from boloci.hub.language import _, spoken
from boloci.hub.pages import Page, scope_of
from boloci.hub.rights import Scope

_PLACEHOLDER = re.compile(r"\{\w+\}")


def say() -> Say:
    """The handbook's own words in the language spoken."""
    return Say(yaml_files.read(PACKAGE / "handbook.yaml"), spoken())


def sources(request: HttpRequest, suffix: str | None = None) -> HttpResponse:
    """All definitions, or those that some words find."""
    words = request.GET.get("q", "")[:LONGEST].strip()
    return pages.show(request, lambda: _all(words), suffix=suffix)


def _all(words: str) -> Page:
    sections = source_lists.sections(say(), words)
    rows = [
        {"kind": one.title, "code": each.code, "name": each.name, "text": each.text}
        for one in sections
        for each in one.entries
    ]
    return Page(
        title=_("Sources and definitions"),
        template="figures/sources.html",
        tables=[
            Table(
                name="definitions",
                title=_("Sources and definitions"),
                columns=[
                    Column("kind", _("Kind")),
                    Column("code", _("Code")),
                    Column("name", _("Name")),
                    Column("text", _("What it says")),
                ],
                rows=rows,
            )
        ],
        values={
            "sections": sections,
            "words": words,
            "builds": source_lists.builds() if build_file() else [],
        },
        description=_("Where the figures come from and how each is defined."),
    )


def indicator(
    request: HttpRequest, indicator: str, suffix: str | None = None
) -> HttpResponse:
    """The whole definition of an indicator."""
    known = workspace().catalogue.indicators
    if indicator not in known:
        raise Http404
    return pages.show(request, lambda: _indicator(known[indicator]), suffix=suffix)


def _indicator(one: Indicator) -> Page:
    catalogue, told = workspace().catalogue, say()
    formula = catalogue.formulas[one.formula["kind"]]
    lines: list[Line] = [
        (told("why"), showing.words(one.why)),
        (told("numerator"), showing.words(one.numerator)),
        (told("denominator"), showing.words(one.denominator)),
        (told("formula"), str(getattr(formula, spoken()))),
        (told("null"), showing.words(one.null)),
        (told("unit"), told("units", one.unit)),
        (told("direction"), told("directions", one.direction)),
        (
            told("periods"),
            ", ".join(told("period_kinds", each) for each in one.periods),
        ),
        (told("source"), one.source),
        (told("author"), one.author),
        (told("checker"), one.checker or told("nobody")),
        (told("reviewed"), showing.day(one.reviewed.isoformat())),
    ]
    lines += [
        (
            told("changes"),
            f"{showing.day(each.date.isoformat())}, {each.by}. "
            f"{showing.words(each.what)}",
        )
        for each in one.changes
    ]
    return _definition(
        showing.words(one.name),
        one.indicator,
        lines,
        constants=source_lists.constants("boloci", formula.constants),
        onward=[
            (f"/indicator/{one.indicator}", _("The figures of this indicator")),
        ]
        if build_file()
        else [],
    )


def rule(request: HttpRequest, rule: str, suffix: str | None = None) -> HttpResponse:
    """What a rule looks for, and an example of what it found."""
    if rule not in workspace().catalogue.rules:
        raise Http404
    scope = scope_of(request)
    return pages.show(request, lambda: _rule(scope, rule), suffix=suffix)


def _rule(scope: Scope, code: str) -> Page:
    catalogue, told = workspace().catalogue, say()
    one = catalogue.rules[code]
    families = [each for each in catalogue.checks.values() if code in each.rules]
    lines: list[Line] = [
        (told("severity"), quality_tables.severity(one.severity)),
        *((_("Kind"), str(getattr(each, spoken()))) for each in families),
        (told("sentence"), _PLACEHOLDER.sub("…", str(getattr(one, spoken())))),
        (told("action"), _PLACEHOLDER.sub("…", showing.words(one.action))),
    ]
    example = _example(scope, code)
    if example:
        lines.append((_("For example"), example))
    return _definition(
        quality_tables.rule(code),
        code,
        [line for line in lines if line[1]],
        constants=source_lists.constants("boloci", one.constants),
        onward=[(f"/quality?severity=all&rule={code}", _("All that it found"))],
    )


def _example(scope: Scope, code: str) -> str:
    """The gravest finding of a rule that the reader may see, in words."""
    if not build_file():
        return ""
    found = reading.every_finding(scope)
    rules = found["rule"].to_pylist()
    if code not in rules:
        return ""
    row = found.slice(rules.index(code), 1).to_pylist()
    return str(quality_tables.rows(row)[0]["sentence"])


def profile(
    request: HttpRequest, profile: str, suffix: str | None = None
) -> HttpResponse:
    """A way of computing: its constants, each with its source."""
    known = workspace().catalogue.profiles
    if profile not in known:
        raise Http404
    return pages.show(request, lambda: _profile(profile), suffix=suffix)


def _profile(code: str) -> Page:
    catalogue, told = workspace().catalogue, say()
    one = catalogue.profiles[code]
    left = catalogue.checks_left_out(one)
    lines = [
        (_("What it is"), showing.words(one.about)),
        (told("verified"), showing.words(one.verified)),
    ]
    if left:
        names = ", ".join(str(getattr(each, spoken())) for each in left.values())
        lines.append((_("Checks that it does not make"), names))
    return _definition(
        showing.words(one.name),
        code,
        lines,
        constants=source_lists.constants(code, one.constants),
    )


def _definition(
    name: str,
    code: str,
    lines: Sequence[Line],
    *,
    constants: Sequence[Mapping[str, Any]] = (),
    onward: Sequence[tuple[str, str]] = (),
) -> Page:
    """A page of one definition: its lines and the constants that it reads."""
    told = say()
    table = Table(
        name="constants",
        title=told("constants_read"),
        columns=[
            Column("constant", told("constant")),
            Column("value", told("value")),
            Column("note", told("note")),
            Column("source", told("source")),
        ],
        rows=constants,
    )
    definition = Table(
        name="definition",
        title=name,
        columns=[Column("what", _("What")), Column("text", _("What it says"))],
        rows=[{"what": what, "text": text} for what, text in lines],
    )
    return Page(
        title=name,
        template="figures/definition.html",
        tables=[definition, table],
        values={
            "name": name,
            "code": code,
            "lines": lines,
            "constants": table,
            "onward": onward,
        },
        description=lines[0][1] if lines else "",
    )
