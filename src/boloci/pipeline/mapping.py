"""What a source's elements, options and places are in the catalogue and the tree.

Nothing is dropped in silence: what no rule maps is a finding with the closest known
names, and its rows stay in the snapshot until a mapping is added.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from boloci.catalogue import Catalogue
from boloci.catalogue.definitions import Element
from boloci.stats import splits
from boloci.stats.vocabulary import BOTH, FEMALE, MALE
from boloci.tables import Finding

TARGET, ALL, CAMPAIGN = "target", "all_ages", "campaign"
VARIANTS = (TARGET, ALL, CAMPAIGN)
"""Ways to count an element: at its target age by routine, at all ages, by campaign."""

KIND = ("element", "option", "sex", "age", "strategy")
"""Columns of a source's word for what a value is: all of them together say it."""

_SEX = {"": BOTH, "female": FEMALE, "male": MALE}


@dataclass(frozen=True)
class Kind:
    """A distinct kind of value of a source, with how many rows are of it."""

    element: str
    option: str
    sex: str
    age: str
    strategy: str
    rows: int
    first_period: int
    last_period: int


@dataclass(frozen=True)
class Mapped:
    """What every kind of value is."""

    cells: list[dict[str, Any]] = field(default_factory=list)
    """Rows to count: element, option, sex, age, strategy (source) -> key, cell."""
    others: list[dict[str, Any]] = field(default_factory=list)
    """Rows that are targets or sessions: source kind -> table, code, role, ..."""
    keys: dict[tuple[str, str], int] = field(default_factory=dict)
    """(element code, variant) -> element key."""
    findings: list[Finding] = field(default_factory=list)
    split_by: tuple[str, ...] = ()
    """Columns beside the element in which a source has a word, mapped or not."""


def element_keys(catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """A number for each element and variant, the same in every build of a catalogue."""
    codes = list(catalogue.elements)
    return {
        (code, variant): index * len(VARIANTS) + number
        for index, code in enumerate(codes)
        for number, variant in enumerate(VARIANTS)
    }


def kinds(catalogue: Catalogue, found: Iterable[Kind], names: "Names") -> Mapped:
    """Map every kind of value to an element and a cell of its form."""
    found = list(found)
    mapped = Mapped(keys=element_keys(catalogue), split_by=_split_by(found))
    doubts: dict[tuple[str, str], list[Kind]] = {}
    several = _with_several_options(found)
    read = {kind: _meaning(catalogue, kind, names, several) for kind in found}
    split = {
        meaning["code"]
        for meaning in read.values()
        if meaning["table"] == "values" and meaning["age"]
    }
    wholes = _wholes(catalogue, {meaning.get("code") for meaning in read.values()})
    for kind, meaning in read.items():
        if meaning["doubt"]:
            doubts.setdefault(meaning["doubt"], []).append(kind)
        elif meaning["table"] == "values":
            for code in (meaning["code"], *wholes.get(meaning["code"], ())):
                element = catalogue.elements[code]
                _count(mapped, kind, meaning, element, meaning["code"] in split)
        elif meaning["table"] in ("targets", "sessions"):
            mapped.others.append({**_source(kind), **meaning})
    for (rule, text), doubtful in doubts.items():
        mapped.findings.append(_unmapped(catalogue, rule, text, doubtful, names))
    aside = [k for k, m in read.items() if m["table"] in ("none", "stock")]
    mapped.findings.extend(_set_aside(aside, names))
    return mapped


def _split_by(found: Iterable[Kind]) -> tuple[str, ...]:
    """Columns that tell kinds of one element apart; others are blank in every kind."""
    words = [_source(kind) for kind in found]
    return tuple(name for name in KIND[1:] if any(row[name] for row in words))


SET_ASIDE_NAMED = 5
"""Elements named in the finding about those that are known and not counted."""


def _set_aside(kinds: Sequence[Kind], names: "Names") -> list[Finding]:
    """One finding for all that is recognised and is no dose: said, not hidden."""
    if not kinds:
        return []
    called = sorted({_called(names.elements, kind.element) for kind in kinds})
    more = ", …" if len(called) > SET_ASIDE_NAMED else ""
    rows = sum(kind.rows for kind in kinds)
    params = {
        "count": len(called),
        "rows": rows,
        "names": ", ".join(called[:SET_ASIDE_NAMED]) + more,
    }
    return [Finding("elements_set_aside", "info", value=float(rows), params=params)]


def _called(known: Mapping[str, Sequence[str]], text: str) -> str:
    """The name that a source gives to an identifier, or the identifier."""
    return next((name for name in reversed(known.get(text, ()))), text)


def _wholes(catalogue: Catalogue, reported: set[str | None]) -> dict[str, list[str]]:
    """Part -> elements that are the sum of their parts, not being reported themselves.

    Td2+ is the sum of Td2 to Td5 where a country reports each dose apart.
    """
    wholes: dict[str, list[str]] = {}
    for code, element in catalogue.elements.items():
        if code not in reported:
            for part in element.parts:
                wholes.setdefault(part, []).append(code)
    return wholes


@dataclass(frozen=True)
class Names:
    """What sources call their elements and options: identifier -> other names."""

    elements: Mapping[str, Sequence[str]]
    options: Mapping[str, Sequence[str]]


def names_of(elements: pa.Table, options: pa.Table) -> Names:
    """Names from the merged `elements` and `options` tables of the snapshots."""
    texts = ("code", "name", "name_fr", "short_name")
    return Names(
        {row["element"]: _texts(row, texts) for row in elements.to_pylist()},
        {row["option"]: _texts(row, texts[:3]) for row in options.to_pylist()},
    )


def _texts(row: Mapping[str, Any], columns: Iterable[str]) -> list[str]:
    return [row[column] for column in columns if row[column]]


def _source(kind: Kind) -> dict[str, str]:
    return {name: getattr(kind, name) for name in KIND}


def _with_several_options(found: Iterable[Kind]) -> set[str]:
    """Elements whose values come in more than one option: parts, not a total."""
    options: dict[str, set[str]] = {}
    for kind in found:
        options.setdefault(kind.element, set()).add(kind.option)
    return {element for element, names in options.items() if len(names) > 1}


def _meaning(
    catalogue: Catalogue, kind: Kind, names: Names, several: set[str]
) -> dict[str, Any]:
    """Element and split of one kind; `doubt` is the rule that could not place it.

    An option nobody describes stands for the whole where it is the element's only
    one; among several it is a doubt, because parts are never summed blindly.
    """
    texts = (kind.element, *names.elements.get(kind.element, ()))
    meaning = catalogue.dictionary.element(*texts)
    if meaning is None:
        return {"doubt": ("unmapped_element", kind.element), "table": ""}
    said = {
        "doubt": None,
        "table": meaning.table,
        "code": meaning.code,
        "role": meaning.role,
        "named": _named(catalogue, kind.element),
        "of_sex": kind.sex or meaning.sex,
        "of_age": kind.age or meaning.age,
        "of_strategy": kind.strategy or meaning.strategy,
    }
    if kind.option and meaning.table in ("values", "sessions", "targets"):
        texts = (kind.option, *names.options.get(kind.option, ()))
        part = catalogue.dictionary.option(*texts)
        if part is None:
            part_of = len(texts) > 1 or kind.element in several
            doubt = ("unmapped_option", kind.option) if part_of else None
            return {**said, "doubt": doubt, "age": said["of_age"]}
        said["of_sex"] = said["of_sex"] or part.sex
        said["of_age"] = said["of_age"] or part.age
        said["of_strategy"] = said["of_strategy"] or part.strategy
        if not part.dose:
            said["table"] = "none"
    return {**said, "age": said["of_age"]}


def _named(catalogue: Catalogue, text: str) -> str:
    """The code that a source's word for an element is a spelling of, else the word.

    DTP1 and Penta1 in one file, or in two, are one element told twice; two elements
    of a DHIS2 server are two even where both are a first dose.
    """
    meaning = catalogue.dictionary.element(text)
    if meaning is None or meaning.how not in ("code", "alias"):
        return text
    return meaning.code


def _count(
    mapped: Mapped,
    kind: Kind,
    meaning: Mapping[str, Any],
    element: Element,
    split_by_age: bool,
) -> None:
    sex, age = _SEX[meaning["of_sex"]], meaning["of_age"]
    campaign = meaning["of_strategy"] == "campaign"
    strategy = splits.PART if meaning["of_strategy"] else splits.ALL_STRATEGIES
    wanted = {CAMPAIGN: None if not campaign else _any_age(age)}
    if not campaign:
        wanted[TARGET] = _age_class(element, age)
        wanted[ALL] = _any_age(age) if split_by_age and element.target_ages else None
    for variant, age_class in wanted.items():
        if age_class is None:
            continue
        cell = splits.Cell(sex, age_class, strategy)
        mapped.cells.append(
            {
                **_source(kind),
                "key": mapped.keys[element.code, variant],
                "cell": cell.code,
                "named": meaning["named"],
                "told": tuple(meaning[name] for name in TOLD),
            }
        )


TOLD = ("code", "of_sex", "of_age", "of_strategy")
"""What a kind of value tells: element code, sex, age and strategy; blank: the total."""


def cells_of(
    catalogue: Catalogue, mapped: Mapped, kind: Kind, names: Names
) -> list[dict[str, Any]]:
    """Cells of a kind of value that no file need have, as `kinds` would map it.

    Rows as in `Mapped.cells`; none where it is no element that is counted.
    """
    meaning = _meaning(catalogue, kind, names, set())
    if meaning["doubt"] or meaning["table"] != "values":
        return []
    told = {row["told"] for row in mapped.cells}
    split = bool(meaning["age"]) or any(
        code == meaning["code"] and age for code, _sex, age, _strategy in told
    )
    wholes = _wholes(catalogue, {meaning["code"], *(code for code, *_ in told)})
    found = Mapped(keys=mapped.keys)
    for code in (meaning["code"], *wholes.get(meaning["code"], ())):
        _count(found, kind, meaning, catalogue.elements[code], split)
    return found.cells


def _age_class(element: Element, age: str) -> int | None:
    """The class of an age for an element; None: doses at this age do not count."""
    if not element.target_ages:
        return _any_age(age)
    if not age:
        return splits.ALL_AGES
    if age in element.target_ages:
        return splits.TARGET_AGE
    return splits.OTHER_AGE if age in element.fallback_ages else None


def _any_age(age: str) -> int:
    """All ages together: a total over ages counts before the sum of its parts."""
    return splits.OTHER_AGE if age else splits.TARGET_AGE


def layout(cells: Iterable[int]) -> set[splits.Cell]:
    """The kinds of cells behind cell codes."""
    return {splits.Cell(c // 100, c // 10 % 10, c % 10) for c in cells}


def _unmapped(
    catalogue: Catalogue, rule: str, text: str, kinds: Sequence[Kind], names: Names
) -> Finding:
    known = names.elements if rule == "unmapped_element" else names.options
    called = _called(known, text)
    closest = catalogue.dictionary.closest(called) if rule == "unmapped_element" else []
    return Finding(
        rule=rule,
        element=text,
        value=float(sum(kind.rows for kind in kinds)),
        params={
            "text": text,
            "name": called,
            "rows": sum(kind.rows for kind in kinds),
            "closest": ", ".join(closest),
        },
    )
