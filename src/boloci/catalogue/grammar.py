"""What the marks of a name mean together: a dose, stock, a session, a target, a part.

Every word of a name must be accounted for: a word that does not belong to its kind of
name is a doubt, and a doubt is None.
"""

from collections.abc import Mapping

from boloci.catalogue.definitions import Antigen, Element
from boloci.catalogue.lexicon import Marks, age_group
from boloci.catalogue.meanings import NOT_USED, Meaning, Part, Reading

_IN_ANY = {"filler", "age", "sex", "child", "dose", "vaccine", "strategy"}
_IN_DOSES = {*_IN_ANY, "antigen", "number", "plus", "zero_dose", "stock", "pregnant"}
_IN_SERVICES = {*_IN_ANY, "service", "number", "plus", "pregnant"}
_IN_STOCK = {*_IN_ANY, "antigen", "product", "service", "stock", "stock_word"}
_IN_SESSIONS = {*_IN_ANY, "session", "session_role", "session_outreach"}
_IN_TARGETS = {
    *("filler", "age", "sex", "child", "people", "population", "population_total"),
    *("named_population", "service"),
}
_PARTS = {"age", "sex", "letter", "strategy", "other", "not_dose", "default"}

_TARGET_AGES = {
    (0.0, 12.0): "under_1",
    (12.0, 24.0): "children_12_23_months",
    (12.0, 60.0): "children_1_4",
}
_TEN_YEARS = (120.0, 132.0)


def meaning(
    marks: Marks, *, antigens: Mapping[str, Antigen], elements: Mapping[str, Element]
) -> Reading | None:
    """What an element is, from the words of one name; None where there is a doubt."""
    birth_doses = any(0 in antigens[code].doses for code in marks.values("antigen"))
    if marks.has("never") or (marks.has("zero_dose") and not birth_doses):
        return Reading(NOT_USED)
    if marks.has("session"):
        return _reading(_sessions(marks))
    if marks.has("population"):
        return _reading(target(marks))
    marks = _before_visit(marks)
    if stock := _stock(marks, antigens):
        return Reading(stock)
    if marks.has("service"):
        return _reading(_service(marks, elements))
    return _dose(marks, antigens)


def option(marks: Marks) -> Part | None:
    """What a category option combination is; None where there is a doubt."""
    known = any(marks.has(category) for category in _PARTS)
    if not known or marks.strange({*_PARTS, "option_filler"}):
        return None
    if marks.has("not_dose"):
        return Part(dose=False)
    ages = _ages(marks)
    if marks.has("other"):
        ages.add("other")
    sexes = {*marks.values("sex"), *marks.values("letter")}
    strategies = set(marks.values("strategy"))
    if None in ages or max(len(ages), len(sexes), len(strategies)) > 1:
        return None
    return Part(_one(sexes), _one(ages), _one(strategies))


def products(marks: Marks, antigens: Mapping[str, Antigen]) -> list[str]:
    """The products that a name speaks of, in its order."""
    found: dict[str, None] = {}
    for mark in marks:
        if "product" in mark:
            found[mark.kinds["product"]] = None
        elif "antigen" in mark and antigens[mark.kinds["antigen"]].product:
            found[antigens[mark.kinds["antigen"]].product] = None
        elif mark.kinds.get("service") == "VITA":
            found["VITA"] = None
    return list(found)


def target(marks: Marks) -> Meaning | None:
    """A population figure: its group from ages, services and plain words."""
    if marks.has("antigen") or marks.has("strategy"):
        return None
    if marks.has("other_population"):
        return NOT_USED
    named = marks.values("named_population")
    if marks.values("service") == ["LIVE_BIRTHS"]:
        named = [*named, "live_births"]
    elif marks.has("service"):
        return None
    ages = marks.values("age")
    if marks.strange(_IN_TARGETS) or len(ages) > 1 or len(named) > 1:
        return None
    sex = marks.only("sex")
    if named:
        return Meaning("targets", named[0], sex=sex, how="name")
    if ages:
        return _aged_target(ages[0], sex)
    if marks.has("people") and not marks.has("child"):
        return Meaning("targets", "total", sex=sex, how="name")
    return None


def _reading(found: Meaning | None) -> Reading | None:
    return Reading(found) if found else None


def _aged_target(months: tuple[float, float], sex: str) -> Meaning:
    """The population of an age; a known group that no target needs is not used."""
    if months == _TEN_YEARS and sex == "female":
        return Meaning("targets", "girls_10", how="name")
    code = _TARGET_AGES.get(months)
    return Meaning("targets", code, sex=sex, how="name") if code else NOT_USED


def _sessions(marks: Marks) -> Meaning | None:
    if marks.has("session_never"):
        return NOT_USED
    strategies = set(marks.values("strategy"))
    if marks.has("session_outreach"):
        if not marks.has("dose"):
            return None  # awareness sessions, where nobody is vaccinated
        strategies.add("outreach")
    roles = marks.values("session_role")
    if len(roles) != 1 or len(strategies) > 1 or marks.strange(_IN_SESSIONS):
        return None
    return Meaning("sessions", "", roles[0], strategy=_one(strategies), how="name")


def _stock(marks: Marks, antigens: Mapping[str, Antigen]) -> Meaning | None:
    """A stock movement of a product; a dose that a child received is no stock."""
    roles = marks.values("stock")
    named = products(marks, antigens)
    if len(named) == 2 and named[1] == "PCV" and not _numbers(marks):
        # "Rota PCV": in French the vaccine vial monitor is "PCV"
        roles, named = roles or ["lost"], named[:1]
    if len(roles) != 1 or len(named) != 1 or marks.strange(_IN_STOCK):
        return None
    if roles == ["received"] and (_numbers(marks) or marks.has("child")):
        return None
    return Meaning("stock", named[0], role=roles[0], how="name")


def _service(marks: Marks, elements: Mapping[str, Element]) -> Meaning | None:
    codes = marks.values("service")
    if len(codes) != 1 or marks.strange(_IN_SERVICES):
        return None
    if elements[codes[0]].kind == "case":
        return Meaning("values", codes[0], how="name")
    ages = _ages(marks)
    return Meaning(
        "values",
        codes[0],
        sex=marks.only("sex"),
        age=_one(ages) if len(ages) == 1 else "",
        strategy=marks.only("strategy"),
        how="name",
    )


def _dose(marks: Marks, antigens: Mapping[str, Antigen]) -> Reading | None:
    """One dose of one vaccine, every word of the name accounted for."""
    named = marks.values("antigen")
    if len(named) != 1:
        return None
    if marks.has("booster"):
        return Reading(NOT_USED)
    if marks.strange(_IN_DOSES) or set(marks.values("stock")) - {"received"}:
        return None
    numbers = _numbers(marks)
    spoken = marks.has("dose") or marks.has("stock")
    if marks.has("disease") and not (spoken or numbers):
        return None  # "Measles" alone is the disease, "measles vaccine" a product
    code = _numbered(antigens[named[0]], numbers, plus=marks.has("plus"))
    return _with_parts(code, marks, sure=bool(numbers)) if code else None


def _numbered(antigen: Antigen, numbers: set[int], *, plus: bool) -> str | None:
    """Element of an antigen by the number in its name; None where in doubt."""
    if plus:
        return antigen.plus or None if numbers == {2} else None
    if not numbers or (numbers == {0} and 0 not in antigen.doses):
        return antigen.alone or None
    return antigen.doses.get(next(iter(numbers))) if len(numbers) == 1 else None


def _with_parts(code: str, marks: Marks, *, sure: bool) -> Reading | None:
    """A dose with the sex, age and strategy of its name; None if these conflict."""
    ages = _ages(marks)
    sexes = marks.values("sex")
    strategies = set(marks.values("strategy"))
    if "campaign" in strategies:
        strategies = {"campaign"}
    if None in ages or max(len(ages), len(sexes), len(strategies)) > 1:
        return None
    found = Meaning(
        "values",
        code,
        # HPV is for girls only: its target is not split by sex
        sex="" if code.startswith("HPV") else marks.only("sex"),
        age=_one(ages),
        strategy=_one(strategies),
        how="name",
    )
    return Reading(found, sure)


def _before_visit(marks: Marks) -> Marks:
    """The marks of what was given: "Vitamin A given at MR1" is about vitamin A."""
    for at, mark in enumerate(marks):
        rest = Marks(marks[at + 1 :])
        if "given_at" in mark and (rest.has("antigen") or rest.has("service")):
            return Marks(marks[:at])
    return marks


def _numbers(marks: Marks) -> set[int]:
    return {*marks.values("number"), *({0} if marks.has("zero_dose") else ())}


def _ages(marks: Marks) -> set[str | None]:
    """Age groups of a name; None among them: an age that lies in several groups."""
    return {age_group(months) for months in marks.values("age")}


def _one(words: set[str] | set[str | None]) -> str:
    return next((word for word in words if word), "")
