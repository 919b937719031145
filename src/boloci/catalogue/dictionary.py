"""What a source's element, option or product means: from its code, alias or name.

Four ways, the surest first: the workspace's own mapping file, an exact code or alias,
the words of the name. A name with a word that nobody listed is a doubt, and a doubt
is None: the import then says so and offers the closest elements, because a net
counted as a dose is worse than a dose that waits for a person.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from boloci.catalogue import grammar
from boloci.catalogue.definitions import Antigen, Element, Population, Product
from boloci.catalogue.lexicon import Lexicon, lexicon_of, normalise, squash
from boloci.catalogue.meanings import Meaning, Part, Reading, agree

CANDIDATES = 3
"""How many known elements are offered for one that is not known."""

_T = TypeVar("_T")
_UID = re.compile(r"[A-Za-z][A-Za-z0-9]{10}")


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
        return agree([reading for reading in read if reading])

    def option(self, *texts: str | None) -> Part | None:
        """What an option combination is, from its identifier, code and names."""
        known = [text.strip() for text in texts if text and text.strip()]
        for text in known:
            if part := _mapped(self.mapped_options, text):
                return part
        names = [text for text in known if not _is_uid(text)]
        read = (grammar.option(self.lexicon.marks(text)) for text in names)
        return next((part for part in read if part), None)

    def product(self, text: str) -> str | None:
        """Product code of a stock item: `penta`, `VPO`, `mcv`. None: not known."""
        code = text.strip().upper()
        if code in self.products:
            return code
        marks = self.lexicon.marks(text)
        found = grammar.products(marks, self.antigens)
        unknown = [mark for mark in marks if not mark.kinds]
        return found[0] if len(found) == 1 and not unknown else None

    def population(self, text: str) -> str | None:
        """Population code of a target: `naissances vivantes`. None: not known."""
        code = squash(text)
        for population, definition in self.populations.items():
            names = [population, *definition.name.values(), *definition.words]
            if code in {squash(name) for name in names}:
                return population
        found = grammar.target(self.lexicon.marks(f"population {text}"))
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

    def with_codes(self, text: str) -> str:
        """A text in plain words, each name of an element replaced by its code."""
        return " ".join(self._coded(normalise(text).split()))

    def _coded(self, words: Sequence[str]) -> Iterator[str]:
        """Words, with the longest run that is a name of an element as its code."""
        at = 0
        while at < len(words):
            for end in range(min(len(words), at + self._longest_name), at, -1):
                code = self._candidates.get(" ".join(words[at:end]), "")
                if code in self.elements:
                    yield code
                    break
            else:
                end = at + 1
                yield words[at]
            at = end

    @cached_property
    def _longest_name(self) -> int:
        return max(len(name.split()) for name in self._candidates)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The phrases of the vocabulary, ready to cut names with."""
        return lexicon_of(
            self.vocabulary, self.antigens, self.products, self.populations
        )

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

    def _exact(self, text: str) -> Reading | None:
        """A code or alias; "IPV" alone is not as sure as "IPV 1"."""
        if "_" in text and text in self.populations:
            return Reading(Meaning("targets", text, how="code"))
        found = self._aliases.get(squash(text))
        if found is None or re.search(r"[<>+]", text):
            return None  # "MR <2" is not MR 2
        return Reading(found, found.how == "code" or any(c.isdigit() for c in text))

    def _name(self, text: str) -> Reading | None:
        if _is_uid(text):
            return None
        marks = self.lexicon.marks(text)
        return grammar.meaning(marks, antigens=self.antigens, elements=self.elements)


def _mapped(mapping: Mapping[str, _T], text: str) -> _T | None:
    """What the workspace's mapping says of a text: exactly, else by its letters."""
    if found := mapping.get(text):
        return found
    return None if _is_uid(text) else mapping.get(f"={squash(text)}")


@lru_cache(maxsize=65536)
def _is_uid(text: str) -> bool:
    """Whether a text is a DHIS2 identifier: eleven letters and digits, mixed."""
    mixed = any(c.isdigit() for c in text) or not (text.islower() or text.istitle())
    return bool(_UID.fullmatch(text)) and mixed and not text.isupper()
