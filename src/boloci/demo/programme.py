"""What is given and how forms count it: `programme.yaml`, typed."""

from dataclasses import dataclass

from boloci.demo.parameters import HERE, read
from boloci.demo.world import Names


@dataclass(frozen=True)
class Element:
    """A vaccine dose: its names, the dose before it, and how the form divides it."""

    en: str
    fr: str
    given: str | float
    age: int
    split: str
    after: str = ""
    population: str = "surviving_infants"
    since: int = 0
    product: str = ""


@dataclass(frozen=True)
class Service:
    """A service to women, counted per live birth of the month."""

    en: str
    fr: str
    per_birth: float
    split: str = "none"


@dataclass(frozen=True)
class Category:
    """A category option, with boloci's word for its age if it is one."""

    en: str
    fr: str
    age: str = ""


@dataclass(frozen=True)
class Cells:
    """Option combinations of one split, by form."""

    plain: tuple[tuple[str, ...], ...]
    by_sex: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Programme:
    """What is given and how forms count it."""

    elements: dict[str, Element]
    services: dict[str, Service]
    categories: dict[str, Category]
    splits: dict[str, Cells]
    forms: dict[str, Names]

    @property
    def oldest(self) -> int:
        """Months of life in which the last dose is due."""
        return max(element.age for element in self.elements.values())

    @property
    def things(self) -> dict[str, Element | Service]:
        """Everything forms count: doses, then services."""
        return {**self.elements, **self.services}

    def product(self, product: str) -> list[str]:
        """Doses given from one product."""
        return [code for code, e in self.elements.items() if e.product == product]


def load() -> Programme:
    """The vaccines, forms and option combinations."""
    result: Programme = read(HERE / "programme.yaml", Programme)
    return result
