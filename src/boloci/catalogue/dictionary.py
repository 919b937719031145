"""What a source's element, option or product means: from its code, alias or name.

Four ways, the surest first: the workspace's own mapping file, an exact code or alias,
the words of the name. A name with a word that nobody listed is a doubt, and a doubt
is None: the import then says so and offers the closest elements, because a net
counted as a dose is worse than a dose that waits for a person.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from boloci.catalogue.definitions import Antigen, Element, Population, Product
from boloci.catalogue.lexicon import Lexicon, Mark, age_group, normalise, squash

CANDIDATES = 3
"""How many known elements are offered for one that is not known."""

_T = TypeVar("_T")
_UID = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")


@dataclass(frozen=True)
class Meaning:
    """What a source element is.

    `table`: values, targets, sessions, stock, or none (known, but not used: nets,
    cases, rates). `code`: element, population or product. `role`: planned or held of
    sessions; opening, received, issued, lost, closing, stockout_days of stock. `sex`,
    `age`, `strategy` are set where the element's own name fixes them. `how` it was
    found: code, alias, mapping or name.
    """

    table: str
    code: str
    role: str = ""
    sex: str = ""
    age: str = ""
    strategy: str = ""
    how: str = ""


@dataclass(frozen=True)
class Part:
    """What a category option combination is: a part of a total, or no dose at all."""

    sex: str = ""
    age: str = ""
    strategy: str = ""
    dose: bool = True


NOT_USED = Meaning("none", "")


@dataclass(frozen=True)
class _Reading:
    """A meaning read from one text; `sure` where the name itself says the number."""

    meaning: Meaning
    sure: bool = True


@dataclass(frozen=True)
class Dictionary:
    """Everything the catalogue knows about names. See `element` and `option`."""

    elements: Mapping[str, Element]
    antigens: Mapping[str, Antigen]
    products: Mapping[str, Product]
    populations: Mapping[str, Population]
    vocabulary: Mapping[str, Any] = field(repr=False)
    mapped_elements: Mapping[str, Meaning] = field(default_factory=dict)
    mapped_options: Mapping[str, Part] = field(default_factory=dict)

    def element(self, *texts: str | None) -> Meaning | None:
        """What an element is, from its identifier, code, names and short name.

        None where it is not known or the texts contradict each other.
        """
        known = [text.strip() for text in texts if text and text.strip()]
        for text in known:
            if meaning := _mapped(self.mapped_elements, text):
                return meaning
        read = [self._exact(text) or self._name(text) for text in known]
        return _agree([reading for reading in read if reading])

    def option(self, *texts: str | None) -> Part | None:
        """What an option combination is, from its identifier, code and names."""
        known = [text.strip() for text in texts if text and text.strip()]
        for text in known:
            if part := _mapped(self.mapped_options, text):
                return part
        read = (self._option(text) for text in known if not _is_uid(text))
        return next((part for part in read if part), None)

    def product(self, text: str) -> str | None:
        """Product code of a stock item: `penta`, `VPO`, `mcv`. None: not known."""
        code = text.strip().upper()
        if code in self.products:
            return code
        marks = self.lexicon.marks(text)
        found = {product for product in (self._product(m) for m in marks) if product}
        unknown = [mark for mark in marks if not mark.kinds]
        return found.pop() if len(found) == 1 and not unknown else None

    def population(self, text: str) -> str | None:
        """Population code of a target: `naissances vivantes`. None: not known."""
        code = squash(text)
        for population, definition in self.populations.items():
            names = [population, *definition.name.values(), *definition.words]
            if code in {squash(name) for name in names}:
                return population
        found = self._target(self.lexicon.marks(f"population {text}"))
        return found.code if found and found.table == "targets" else None

    def closest(self, text: str) -> list[str]:
        """The known elements that a text most resembles, best first: their codes."""
        names = self._candidates
        marks = self.lexicon.marks(text)
        telling = [m.text for m in marks if not {"filler", "dose"} & m.kinds.keys()]
        words = " ".join(telling) or normalise(text)
        found = process.extract(
            words, list(names), scorer=fuzz.WRatio, limit=8 * CANDIDATES
        )
        codes = dict.fromkeys(names[name] for name, _score, _index in found)
        return list(codes)[:CANDIDATES]

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases of the vocabulary, ready to cut names with."""
        return _lexicon(self)

    @cached_property
    def _aliases(self) -> dict[str, Meaning]:
        found: dict[str, Meaning] = {}
        for code, element in self.elements.items():
            for alias in element.aliases:
                found[squash(alias)] = Meaning("values", code, how="alias")
        for code in self.elements:
            found[squash(code)] = Meaning("values", code, how="code")
        for code, population in self.populations.items():
            if "pregnant" not in code:  # "pregnant women" may be counted or expected
                for name in population.words:
                    found.setdefault(
                        squash(name), Meaning("targets", code, how="alias")
                    )
        return found

    @cached_property
    def _candidates(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for code, element in self.elements.items():
            for name in (*element.name.values(), *element.aliases, code):
                names.setdefault(normalise(name), code)
        for antigen in self.antigens.values():
            for number, code in antigen.doses.items():
                for word in (*antigen.words, *antigen.diseases):
                    names.setdefault(f"{normalise(word)} {number}", code)
        for code, population in self.populations.items():
            for name in (*population.name.values(), *population.words):
                names.setdefault(normalise(name), code)
        return names

    def _exact(self, text: str) -> _Reading | None:
        """A code or alias; "IPV" alone is not as sure as "IPV 1"."""
        if "_" in text and text in self.populations:
            return _Reading(Meaning("targets", text, how="code"))
        found = self._aliases.get(squash(text))
        if found is None or re.search(r"[<>+]", text):
            return None  # "MR <2" is not MR 2
        return _Reading(found, found.how == "code" or any(c.isdigit() for c in text))

    def _name(self, text: str) -> _Reading | None:
        """A meaning from the words of one name; None where there is a doubt."""
        if _is_uid(text):
            return None
        marks = self.lexicon.marks(text)
        zero = any("zero_dose" in mark for mark in marks)
        if any("never" in mark for mark in marks) or (zero and not self._birth(marks)):
            return _Reading(NOT_USED)
        if any("session" in mark for mark in marks):
            return _reading(_sessions(marks))
        if any("population" in mark for mark in marks):
            return _reading(self._target(marks))
        marks = _before_visit(marks)
        if stock := self._stock(marks):
            return _reading(stock)
        if any("service" in mark for mark in marks):
            return _reading(_service(marks, self.elements))
        return self._dose(marks)

    def _birth(self, marks: list[Mark]) -> bool:
        antigens = [self.antigens[m.kinds["antigen"]] for m in marks if "antigen" in m]
        return any(0 in antigen.doses for antigen in antigens)

    def _target(self, marks: list[Mark]) -> Meaning | None:
        """A population figure: its group from ages, services and plain words."""
        if any("antigen" in mark for mark in marks) or _values(marks, "strategy"):
            return None
        if any("other_population" in mark for mark in marks):
            return NOT_USED
        named = _values(marks, "named_population")
        services = set(_values(marks, "service"))
        ages = _values(marks, "age")
        births = services == {"LIVE_BIRTHS"}
        if _strange(marks, _IN_TARGETS) or (services and not births):
            return None
        if len(ages) > 1 or len(named) + births > 1:
            return None
        sex = _only(_values(marks, "sex"))
        if births or named:
            code = "live_births" if births else named[0]
            return Meaning("targets", code, sex=sex, how="name")
        if not ages:
            total = any("people" in mark for mark in marks) and not any(
                "child" in mark for mark in marks
            )
            return Meaning("targets", "total", sex=sex, how="name") if total else None
        return _aged_target(ages[0], sex)

    def _stock(self, marks: list[Mark]) -> Meaning | None:
        """A stock movement of a product; a received dose is a dose, not stock."""
        roles = [mark.kinds["stock"] for mark in marks if "stock" in mark]
        products = list(
            dict.fromkeys(p for p in (self._product(mark) for mark in marks) if p)
        )
        if len(products) == 2 and products[1] == "PCV" and not _numbers(marks):
            # "Rota PCV": in French the vaccine vial monitor is "PCV"
            roles, products = roles or ["lost"], products[:1]
        if not roles or len(products) != 1:
            return None
        if set(roles) == {"received"} and (
            _numbers(marks) or any("child" in mark for mark in marks)
        ):
            return None
        if _strange(marks, _IN_STOCK) or len(set(roles)) > 1:
            return None
        return Meaning("stock", products[0], role=roles[0], how="name")

    def _product(self, mark: Mark) -> str | None:
        if "product" in mark:
            return str(mark.kinds["product"])
        if "antigen" in mark:
            return self.antigens[mark.kinds["antigen"]].product or None
        return "VITA" if mark.kinds.get("service") == "VITA" else None

    def _dose(self, marks: list[Mark]) -> _Reading | None:
        """One dose of one vaccine, every word of the name accounted for."""
        names = dict.fromkeys(m.kinds["antigen"] for m in marks if "antigen" in m)
        if len(names) != 1:
            return None
        antigen = self.antigens[next(iter(names))]
        if any("booster" in mark for mark in marks):
            return _Reading(NOT_USED)
        if _strange(marks, _IN_DOSES) or set(_values(marks, "stock")) - {"received"}:
            return None
        numbers = _numbers(marks)
        spoken = any("dose" in mark or "stock" in mark for mark in marks)
        if any("disease" in m for m in marks) and not (spoken or numbers):
            return None  # "Measles" alone is the disease, "measles vaccine" a product
        code = _numbered(antigen, numbers, plus=any("plus" in m for m in marks))
        return _with_parts(code, marks, sure=bool(numbers)) if code else None

    def _option(self, text: str) -> Part | None:
        marks = self.lexicon.marks(text)
        known = ("age", "sex", "letter", "strategy", "other", "not_dose", "default")
        if not marks or _strange(marks, {*known, "option_filler"}):
            return None
        if any("not_dose" in mark for mark in marks):
            return Part(dose=False)
        ages = {age_group(mark.kinds["age"]) for mark in marks if "age" in mark}
        if any("other" in mark for mark in marks):
            ages.add("other")
        sexes = {*_values(marks, "sex"), *_values(marks, "letter")}
        strategies = set(_values(marks, "strategy"))
        if None in ages or max(len(ages), len(sexes), len(strategies)) > 1:
            return None
        if not any(any(k in mark for k in known) for mark in marks):
            return None
        return Part(_only(sexes), _only(ages), _only(strategies))  # type: ignore[arg-type]


_IN_ANY = {"filler", "age", "sex", "child", "dose", "vaccine", "strategy"}
_IN_DOSES = {*_IN_ANY, "antigen", "number", "plus", "zero_dose", "stock", "pregnant"}
_IN_SERVICES = {*_IN_ANY, "service", "number", "plus", "pregnant"}
_IN_STOCK = {*_IN_ANY, "antigen", "product", "service", "stock", "stock_word"}
_IN_SESSIONS = {*_IN_ANY, "session", "session_role", "session_outreach"}
_IN_TARGETS = {
    *("filler", "age", "sex", "child", "people", "population", "population_total"),
    *("named_population", "service"),
}


def _mapped(mapping: Mapping[str, _T], text: str) -> _T | None:
    """What the workspace's mapping says of a text: exactly, else by its letters."""
    if found := mapping.get(text):
        return found
    return None if _is_uid(text) else mapping.get(f"={squash(text)}")


def _agree(readings: list[_Reading]) -> Meaning | None:
    """One meaning from several texts; None where they contradict each other."""
    if not readings:
        return None
    if any(reading.meaning.table == "none" for reading in readings):
        return NOT_USED
    if any(r.meaning.code == "live_births" for r in readings):
        # "Live births (population)" in one text, "Live births" in a shorter one
        readings = [r for r in readings if r.meaning.code != "LIVE_BIRTHS"]
    sure = [reading for reading in readings if reading.sure] or readings
    meanings = [reading.meaning for reading in sure]
    if len({(m.table, m.code, m.role) for m in meanings}) > 1:
        return None
    first = meanings[0]
    for other in (reading.meaning for reading in readings):
        if (other.table, other.code, other.role) == (
            first.table,
            first.code,
            first.role,
        ):
            first = replace(
                first,
                sex=first.sex or other.sex,
                age=first.age or other.age,
                strategy=first.strategy or other.strategy,
            )
    return first


def _reading(meaning: Meaning | None) -> _Reading | None:
    return _Reading(meaning) if meaning else None


def _sessions(marks: list[Mark]) -> Meaning | None:
    if any("session_never" in mark for mark in marks):
        return NOT_USED
    roles = _values(marks, "session_role")
    strategies = set(_values(marks, "strategy"))
    if any("session_outreach" in mark for mark in marks):
        if not any("dose" in mark for mark in marks):
            return None  # awareness sessions, where nobody is vaccinated
        strategies.add("outreach")
    if len(set(roles)) != 1 or len(strategies) > 1 or _strange(marks, _IN_SESSIONS):
        return None
    return Meaning(
        "sessions", "", role=roles[0], strategy=_only(strategies), how="name"
    )


def _service(marks: list[Mark], elements: Mapping[str, Element]) -> Meaning | None:
    codes = set(_values(marks, "service"))
    if len(codes) != 1 or _strange(marks, _IN_SERVICES):
        return None
    code = codes.pop()
    if elements[code].kind == "case":
        return Meaning("values", code, how="name")
    ages = [age_group(mark.kinds["age"]) for mark in marks if "age" in mark]
    return Meaning(
        "values",
        code,
        sex=_only(set(_values(marks, "sex"))),
        age=(ages[0] or "") if len(ages) == 1 else "",
        strategy=_only(set(_values(marks, "strategy"))),
        how="name",
    )


def _aged_target(months: tuple[float, float], sex: str) -> Meaning:
    """The population of an age; a known group that no target needs is not used."""
    girls = {(120.0, 132.0): "girls_10"} if sex == "female" else {}
    groups = {
        (0.0, 12.0): "under_1",
        (12.0, 24.0): "children_12_23_months",
        (12.0, 60.0): "children_1_4",
        **girls,
    }
    code = groups.get(months)
    if not code:
        return NOT_USED
    sex = "" if code == "girls_10" else sex
    return Meaning("targets", code, sex=sex, how="name")


def _numbered(antigen: Antigen, numbers: set[int], *, plus: bool) -> str | None:
    """Element of an antigen by the number in its name; None where in doubt."""
    if plus:
        return antigen.plus or None if numbers == {2} else None
    if not numbers or (numbers == {0} and 0 not in antigen.doses):
        return antigen.alone or None
    return antigen.doses.get(next(iter(numbers))) if len(numbers) == 1 else None


def _with_parts(code: str, marks: list[Mark], *, sure: bool) -> _Reading | None:
    """A dose with the sex, age and strategy of its name; None if these conflict."""
    ages = {age_group(mark.kinds["age"]) for mark in marks if "age" in mark}
    sexes = set(_values(marks, "sex"))
    strategies = set(_values(marks, "strategy"))
    if "campaign" in strategies:
        strategies = {"campaign"}
    if None in ages or max(len(ages), len(sexes), len(strategies)) > 1:
        return None
    meaning = Meaning(
        "values",
        code,
        sex="" if code.startswith("HPV") else _only(sexes),
        age=_only(ages),  # type: ignore[arg-type]
        strategy=_only(strategies),
        how="name",
    )
    return _Reading(meaning, sure)


def _before_visit(marks: list[Mark]) -> list[Mark]:
    """The marks of what was given: "Vitamin A given at MR1" is about vitamin A."""
    for at, mark in enumerate(marks):
        rest = marks[at + 1 :]
        if "given_at" in mark and any("antigen" in m or "service" in m for m in rest):
            return marks[:at]
    return marks


def _numbers(marks: list[Mark]) -> set[int]:
    found = {mark.kinds["number"] for mark in marks if "number" in mark}
    return found | ({0} if any("zero_dose" in mark for mark in marks) else set())


def _values(marks: Iterable[Mark], category: str) -> list[Any]:
    return [mark.kinds[category] for mark in marks if category in mark]


def _strange(marks: Iterable[Mark], allowed: Iterable[str]) -> bool:
    """Whether a name has a word that its kind of name should not have."""
    allowed = set(allowed)
    return any(allowed.isdisjoint(mark.kinds) for mark in marks)


def _only(values: Iterable[str]) -> str:
    return next(iter(values), "")


@lru_cache(maxsize=65536)
def _is_uid(text: str) -> bool:
    """Whether a text is a DHIS2 identifier: eleven letters and digits, mixed."""
    mixed = any(c.isdigit() for c in text) or not (text.islower() or text.istitle())
    return bool(_UID.fullmatch(text)) and mixed and not text.isupper()


def _lexicon(dictionary: Dictionary) -> Lexicon:
    words = dictionary.vocabulary
    lexicon = Lexicon(words)
    for code, antigen in dictionary.antigens.items():
        lexicon.add("antigen", (*antigen.words, *antigen.diseases), code)
        lexicon.add("disease", antigen.diseases)
    for code, product in dictionary.products.items():
        lexicon.add("product", product.words, code)
    for code, population in dictionary.populations.items():
        lexicon.add("named_population", population.words, code)
    if "pregnant_women" in dictionary.populations:
        lexicon.add("pregnant", dictionary.populations["pregnant_women"].words)
    for code, phrases in words["services"].items():
        lexicon.add("service", phrases, code)
    for kind in ("sex", "strategy", "stock"):
        for value, phrases in words[kind].items():
            lexicon.add(kind, phrases, value)
    for value, letters in words["sex_letters"].items():
        lexicon.add("letter", letters, value)
    for number, phrases in words["numbers"].items():
        lexicon.add("number", phrases, int(number))
    lexicon.add("never", [word for group in words["never"] for word in group])
    _add_sessions(lexicon, words["sessions"])
    for category, key in _CATEGORIES.items():
        lexicon.add(category, words[key])
    return lexicon


_CATEGORIES = {
    "population": "population_words",
    "population_total": "population_total",
    "people": "population_itself",
    "other_population": "population_other",
    "dose": "dose_words",
    "vaccine": "vaccine_words",
    "stock_word": "stock_words",
    "child": "child_words",
    "filler": "filler",
    "plus": "plus",
    "booster": "booster",
    "given_at": "given_at",
    "zero_dose": "zero_dose",
    "other": "option_other",
    "not_dose": "option_not_dose",
    "default": "option_default",
    "option_filler": "option_filler",
}


def _add_sessions(lexicon: Lexicon, words: Mapping[str, list[str]]) -> None:
    lexicon.add("session", words["words"])
    for role in ("planned", "held"):
        lexicon.add("session_role", words[role], role)
    lexicon.add("session_outreach", words["outreach"])
    lexicon.add("session_never", words["never"])
