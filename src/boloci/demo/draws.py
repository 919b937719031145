"""Random numbers: one generator for each purpose."""

from typing import Any
from zlib import crc32

import numpy as np

Array = Any
"""A NumPy array. NumPy types every index of one as Any, so a nearer type adds noise."""


def generator(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each purpose, so that one draw more moves no other."""
    return np.random.default_rng([seed, crc32(name.encode())])
