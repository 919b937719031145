"""Lists of the page of sources: definitions by kind, builds, constants."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from boloci.catalogue.definitions import Age, ScheduleRow
from boloci.catalogue.handbook_words import Say
from boloci.explain import ESTIMATED
from boloci.hub import showing
from boloci.hub.current import build_file, current, workspace
from boloci.hub.figures import quality_tables
from boloci.hub.figures.estimated_words import unknowable
from boloci.hub.figures.topics import topics
from boloci.hub.language import _, spoken
from boloci.hub.shell import published_on
from boloci.lake import builds as kept
from boloci.names import fold

Line = tuple[str, str]


@dataclass(frozen=True)
class Entry:
    """A definition in a list."""

    code: str
    name: str
    text: str
    address: str = ""
    members: Sequence[tuple[str, str]] = ()
    """(code, what tells it apart): one definition for many doses."""

    def holds(self, words: Sequence[str]) -> bool:
        """Whether every word is in its code, names or text."""
        named = " ".join(f"{code} {name}" for code, name in self.members)
        text = fold(f"{self.code} {self.name} {self.text} {named}")
        return all(word in text for word in words)


@dataclass(frozen=True)
class Section:
    """Definitions of one kind."""

    code: str
    title: str
    entries: Sequence[Entry]


def sections(say: Say, words: str) -> list[Section]:
    """Every kind of definition; where words are given, those that hold them all."""
    catalogue = workspace().catalogue
    asked = fold(words).split()
    every = [
        Section("indicators", say("indicators_title"), list(_indicators())),
        Section("estimate", _("Estimates"), [
            Entry("estimated", name, text) for name, text in _estimate()
        ]),
        Section("denominators", say("denominators_title"), [
            Entry(code, showing.words(one.name), showing.words(one.chain))
            for code, one in catalogue.denominators.items()
        ]),
        Section("inequality", say("inequality_title"), [
            Entry(code, showing.words(one.name), showing.words(one.meaning))
            for code, one in catalogue.inequality.items()
        ]),
        Section("flags", say("flags_title"), [
            Entry(code, code, showing.words(text))
            for code, text in catalogue.flags.items()
        ]),
        Section("rules", say("findings_title"), list(_rules())),
        Section("profiles", say("profiles_title"), [
            Entry(
                code,
                showing.words(one.name),
                showing.words(one.about),
                f"/sources/profile/{code}",
            )
            for code, one in catalogue.profiles.items()
        ]),
        Section("schedule", say("schedule_title"), [
            _dose(say, row) for row in catalogue.schedule.rows
        ]),
    ]  # fmt: skip
    found = [
        Section(one.code, one.title, [e for e in one.entries if e.holds(asked)])
        for one in every
    ]
    return [one for one in found if one.entries]


def _indicators() -> Iterable[Entry]:
    """Definitions by topic; one of many doses is told once."""
    names = None if build_file() else list(workspace().catalogue.indicators)
    for topic in topics(names):
        for one in topic.entries:
            code = one.members[0][0]
            alone = len(one.members) == 1
            yield Entry(
                code if alone else "",
                one.name,
                one.why,
                f"/sources/indicator/{code}" if alone else "",
                () if alone else one.members,
            )


def _estimate() -> Iterable[Line]:
    """How an estimate is made, and what it cannot tell."""
    formula = workspace().catalogue.formulas[ESTIMATED]
    yield _("How estimates are made"), str(getattr(formula, spoken()))
    yield _("What nobody can know from these data"), " ".join(unknowable())


def _rules() -> Iterable[Entry]:
    for code, one in workspace().catalogue.rules.items():
        action = showing.words(one.action)
        plain = action if "{" not in action else ""
        name = quality_tables.rule(code)
        yield Entry(code, name, plain, f"/sources/rule/{code}")


def _dose(say: Say, row: ScheduleRow) -> Entry:
    elements = workspace().catalogue.elements
    confirm = showing.words(row.to_confirm)
    texts = [
        _age(say, row.age) if row.age else showing.words(row.when),
        row.source,
        f"{say('to_confirm')}{say.colon}{confirm}" if confirm else "",
    ]
    return Entry(
        row.element,
        showing.words(elements[row.element].name),
        ". ".join(text for text in texts if text),
    )


def _age(say: Say, age: Age) -> str:
    if not age.at:
        return say("birth")
    first = say.count(age.at, "age_units", age.unit)
    return f"{first} – {age.until:g}" if age.until else first


def constants(profile: str, names: Iterable[str]) -> list[dict[str, Any]]:
    """Constants of a profile that a definition reads, with where they come from."""
    known = workspace().catalogue.profiles[profile].constants
    return [
        {
            "constant": name,
            "value": _value(known[name].value),
            "note": showing.words(known[name].note),
            "source": known[name].source,
        }
        for name in names
        if name in known
    ]


def _value(value: Any) -> str:
    if isinstance(value, float):
        text = f"{value:g}"
        return text.replace(".", ",") if spoken() == "fr" else text
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_value(one)}" for name, one in value.items())
    return str(value)


def builds() -> list[dict[str, Any]]:
    """Builds that are kept, the newest first: name, day, imports, version."""
    folder = kept.folder(workspace().lake, current().profile)
    now = kept.current(folder)
    return [
        {
            "build": name,
            "created": published_on(str(folder / f"{name}.duckdb")),
            "current": name == now,
        }
        for name in reversed(kept.names(folder))
    ]
