"""The methods handbook, built from the catalogue: `docs/methods/fr.md` and `en.md`.

    python -m boloci.catalogue.handbook --check    fails if the pages are stale
    python -m boloci.catalogue.handbook --write    writes them

One definition, one text: what a page, a download header and a test say of an
indicator is what the handbook says. A text missing in one language is an error.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from babel.dates import format_date

from boloci.catalogue import yaml_files
from boloci.catalogue.contents import Catalogue
from boloci.catalogue.definitions import LANGUAGES, Element, Indicator, Profile
from boloci.catalogue.families import fill, members
from boloci.catalogue.handbook_countries import countries
from boloci.catalogue.handbook_words import Say, table
from boloci.catalogue.loader import PACKAGE, load

FOLDER = Path("docs") / "methods"


def pages() -> dict[str, str]:
    """The handbook's pages: language -> Markdown."""
    catalogue = load()
    return {language: page(catalogue, language) for language in LANGUAGES}


def page(catalogue: Catalogue, language: str) -> str:
    """The handbook in one language."""
    words = yaml_files.read(PACKAGE / "handbook.yaml")
    say = Say(words, language)
    parts: tuple[Callable[[Catalogue, Say], Iterable[str]], ...] = (
        _opening,
        _indicators,
        _elements,
        _denominators,
        _inequality,
        _profiles,
        _flags,
        _findings,
        countries,
    )
    lines = [line for part in parts for line in part(catalogue, say)]
    return "\n".join(lines).rstrip() + "\n"


def _opening(_catalogue: Catalogue, say: Say) -> Iterable[str]:
    yield f"# {say('title')}"
    yield ""
    yield f"> {say('made')}"
    yield ""
    yield f"## {say('rules_title')}"
    yield ""
    for rule in say.words["rules"]:
        yield f"- {rule[say.language]}"
    yield ""


def _indicators(catalogue: Catalogue, say: Say) -> Iterable[str]:
    """Single indicators and families, in the order of their files."""
    yield f"## {say('indicators_title')}"
    yield ""
    yield say("indicators_intro")
    yield ""
    for key, entry in catalogue.families.items():
        yield from _indicator(catalogue, say, _of_family(key, entry, say), entry)
    for indicator in catalogue.indicators.values():
        if not indicator.family:
            yield from _indicator(catalogue, say, indicator, None)


def _of_family(key: str, entry: Mapping[str, Any], say: Say) -> Indicator:
    """A family as one definition, its placeholders in readers' words."""
    plain = {"element": "ELEMENT", "code": "ELEMENT", "population": ""}
    filled = fill(
        entry,
        {
            "": plain,
            **{
                language: {
                    **plain,
                    "dose": say.words["dose"][language],
                    "target": say.words["target"][language],
                }
                for language in LANGUAGES
            },
        },
    )
    filled.pop("each")
    name = key.replace("{element}", "ELEMENT")
    found: Indicator = msgspec.convert({"indicator": name, **filled}, Indicator)
    return found


def _indicator(
    catalogue: Catalogue,
    say: Say,
    indicator: Indicator,
    family: Mapping[str, Any] | None,
) -> Iterable[str]:
    language = say.language
    yield f"### {indicator.name[language]}"
    yield ""
    yield f"`{indicator.indicator}`{_members_listed(catalogue, indicator, family)}"
    yield ""
    formula = catalogue.formulas[indicator.formula["kind"]]
    pairs = [
        ("why", indicator.why[language]),
        ("numerator", indicator.numerator[language]),
        ("denominator", indicator.denominator[language]),
        ("formula", getattr(formula, language)),
        ("null", indicator.null[language]),
        ("unit", say("units", indicator.unit)),
        ("direction", say("directions", indicator.direction)),
        ("periods", ", ".join(say("period_kinds", p) for p in indicator.periods)),
        ("source", indicator.source),
        ("author", indicator.author),
        ("checker", indicator.checker or say("nobody")),
        ("reviewed", _date(indicator.reviewed, language)),
        ("changes", _changes(indicator, language)),
    ]
    for key, text in pairs:
        yield f"- **{say(key)}**{say.colon}{text}"
    yield ""


def _members_listed(
    catalogue: Catalogue, indicator: Indicator, family: Mapping[str, Any] | None
) -> str:
    if family is None:
        return ""
    found = members(indicator.indicator, family["each"], catalogue.elements)
    return " — " + " ".join(f"`{element.code.lower()}`" for element in found)


def _changes(indicator: Indicator, language: str) -> str:
    return " ; ".join(
        f"{_date(change.date, language)}, {change.by} — {change.what[language]}"
        for change in indicator.changes
    )


def _elements(catalogue: Catalogue, say: Say) -> Iterable[str]:
    yield f"## {say('elements_title')}"
    yield ""
    yield say("elements_intro")
    yield ""
    rows = [
        (
            f"`{code}`",
            element.name[say.language],
            _target(catalogue, element, say),
            ", ".join((*element.target_ages, *element.fallback_ages)),
            ", ".join(element.aliases),
        )
        for code, element in catalogue.elements.items()
    ]
    yield from table(say, ("code", "name", "population", "ages", "aliases"), rows)


def _target(catalogue: Catalogue, element: Element, say: Say) -> str:
    if not element.target:
        return ""
    populations = catalogue.dictionary.populations
    name = populations[element.target].name[say.language]
    if not element.else_target:
        return name
    other = populations[element.else_target].name[say.language]
    return f"{name}, {say('last_year').format(name=other)}"


def _denominators(catalogue: Catalogue, say: Say) -> Iterable[str]:
    """Where a denominator comes from; the choice is printed with every figure."""
    yield f"## {say('denominators_title')}"
    yield ""
    yield say("denominators_intro")
    yield ""
    rows = [
        (
            f"`{code}`",
            source.name[say.language],
            source.chain[say.language],
            source.caveat[say.language],
            ", ".join(f"`{name}`" for name in source.constants),
        )
        for code, source in catalogue.denominators.items()
    ]
    columns = ("code", "name", "chain", "caveat", "constants_read")
    yield from table(say, columns, rows)


def _inequality(catalogue: Catalogue, say: Say) -> Iterable[str]:
    """The measures of inequality; those of programme pages are marked."""
    yield f"## {say('inequality_title')}"
    yield ""
    yield say("inequality_intro")
    yield ""
    rows = [
        (
            f"`{code}`" + (" *" if measure.programme else ""),
            measure.name[say.language],
            measure.meaning[say.language],
            measure.formula[say.language],
            say("measure_units", measure.unit),
            measure.null[say.language],
        )
        for code, measure in catalogue.inequality.items()
    ]
    columns = ("code", "name", "meaning", "formula", "unit", "null")
    yield from table(say, columns, rows)


def _profiles(catalogue: Catalogue, say: Say) -> Iterable[str]:
    yield f"## {say('profiles_title')}"
    yield ""
    for code, profile in catalogue.profiles.items():
        yield f"### {profile.name[say.language]} (`{code}`)"
        yield ""
        yield profile.about[say.language]
        yield ""
        yield f"**{say('verified')}**{say.colon}{profile.verified[say.language]}"
        yield ""
        made = _checks_made(catalogue, profile, say)
        yield f"**{say('checks_made')}**{say.colon}{made}"
        yield ""
        rows = [
            (f"`{name}`", _value(constant.value), constant.note[say.language],
             constant.source)
            for name, constant in profile.constants.items()
        ]  # fmt: skip
        yield from table(say, ("constant", "value", "note", "source"), rows)


def _checks_made(catalogue: Catalogue, profile: Profile, say: Say) -> str:
    """Which families of checks a profile has the constants of, and which it has not."""
    left_out, between = catalogue.checks_left_out(profile), say("between")
    if not left_out:
        return say("checks_all")
    made = [
        getattr(family, say.language)
        for name, family in catalogue.checks.items()
        if name not in left_out
    ]
    others = [getattr(family, say.language) for family in left_out.values()]
    return say("checks_some").format(
        made=between.join(made), left_out=between.join(others)
    )


def _value(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _flags(catalogue: Catalogue, say: Say) -> Iterable[str]:
    yield f"## {say('flags_title')}"
    yield ""
    rows = [(f"`{c}`", words[say.language]) for c, words in catalogue.flags.items()]
    yield from table(say, ("flag", "meaning"), rows)


def _findings(catalogue: Catalogue, say: Say) -> Iterable[str]:
    yield f"## {say('findings_title')}"
    yield ""
    yield say("findings_intro")
    yield ""
    rows = [
        (
            f"`{code}`",
            say("severities", rule.severity),
            getattr(rule, say.language),
            rule.action[say.language],
            ", ".join(f"`{name}`" for name in rule.constants),
        )
        for code, rule in sorted(catalogue.rules.items())
    ]
    columns = ("finding", "severity", "sentence", "action", "constants_read")
    yield from table(say, columns, rows)


def _date(date: Any, language: str) -> str:
    return format_date(date, format="long", locale=language)


def main(arguments: list[str] | None = None) -> int:
    """Check or write the handbook; the exit code is 1 where it is stale."""
    parser = argparse.ArgumentParser(prog="python -m boloci.catalogue.handbook")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--check", action="store_true", help="fail if stale")
    chosen.add_argument("--write", action="store_true", help="write the pages")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    asked = parser.parse_args(arguments)
    stale = []
    for language, text in pages().items():
        path = asked.folder / f"{language}.md"
        if asked.write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(str(path))
    if stale:
        remedy = "python -m boloci.catalogue.handbook --write"
        print(f"Stale: {', '.join(stale)}. Run: {remedy}", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
