"""What names turn out to mean: of elements, and of category option combinations."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


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

    @property
    def thing(self) -> tuple[str, str, str]:
        """What is counted, whatever the part of it: table, code, role."""
        return self.table, self.code, self.role


@dataclass(frozen=True)
class Part:
    """What a category option combination is: a part of a total, or no dose at all."""

    sex: str = ""
    age: str = ""
    strategy: str = ""
    dose: bool = True


NOT_USED = Meaning("none", "")


@dataclass(frozen=True)
class Reading:
    """A meaning read from one text; `sure` where the name itself says the number."""

    meaning: Meaning
    sure: bool = True


def agree(readings: Sequence[Reading]) -> Meaning | None:
    """One meaning from several texts; None where they contradict each other.

    A text that says "known, not used" goes before all others. A text without a number
    gives way to one with it: "Measles dose" may be short for "Measles 2 doses given".
    """
    if any(reading.meaning.table == "none" for reading in readings):
        return NOT_USED
    if any(reading.meaning.code == "live_births" for reading in readings):
        # "Live births (population)" in one text, "Live births" in a shorter one
        readings = [r for r in readings if r.meaning.code != "LIVE_BIRTHS"]
    sure = [reading for reading in readings if reading.sure] or readings
    if len({reading.meaning.thing for reading in sure}) != 1:
        return None
    agreed = sure[0].meaning
    for other in (reading.meaning for reading in readings):
        if other.thing == agreed.thing:
            agreed = replace(
                agreed,
                sex=agreed.sex or other.sex,
                age=agreed.age or other.age,
                strategy=agreed.strategy or other.strategy,
            )
    return agreed
