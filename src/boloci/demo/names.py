"""Invented names of districts and areas, and stable identifiers.

Real names carry only the figures published for them; all other places get names made
of syllables here. Some invented names differ by one word (Nord, Sud, I, II), and a few
occur in two districts: as in a real country, a name alone does not say which place.
"""

import hashlib
import string
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import yaml

_TWINS = (("Nord", "Sud"), ("Est", "Ouest"), ("I", "II"))
_ALPHABET = string.ascii_letters + string.digits
_UID_LENGTH = 11


def invented(count: int, rng: np.random.Generator, taken: Iterable[str]) -> list[str]:
    """`count` different names, none of them in `taken`."""
    used = {name.casefold() for name in taken}
    names: list[str] = []
    while len(names) < count:
        name = _word(rng)
        if name.casefold() not in used:
            used.add(name.casefold())
            names.append(name)
    return names


def _word(rng: np.random.Generator) -> str:
    return "".join(part[int(rng.integers(len(part)))] for part in _syllables())


@cache
def _syllables() -> tuple[tuple[str, ...], ...]:
    text = Path(__file__).with_name("syllables.yaml").read_text(encoding="utf-8")
    content = yaml.safe_load(text)
    return tuple(tuple(content[part]) for part in ("starts", "middles", "ends"))


def with_twins(names: list[str], rng: np.random.Generator, share: float) -> list[str]:
    """The same number of names, a share of them in pairs that differ by one word."""
    result = list(names)
    for index in range(0, len(names) - 1, 2):
        if rng.random() < share:
            first, second = _TWINS[int(rng.integers(len(_TWINS)))]
            result[index] = f"{names[index]} {first}"
            result[index + 1] = f"{names[index]} {second}"
    return result


def uid(*parts: object) -> str:
    """A DHIS2 identifier (a letter, then ten letters or digits) of these parts."""
    text = "/".join(str(part) for part in parts)
    number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
    letters = [_ALPHABET[number % 52]]
    number //= 52
    for _ in range(_UID_LENGTH - 1):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters)
