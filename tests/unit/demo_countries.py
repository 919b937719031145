"""Synthetic countries for tests: the small one in memory and as files."""

from functools import cache
from pathlib import Path

from boloci import demo
from boloci.demo import answers, parameters, programme

SMALL = Path(__file__).with_name("demo_small.yaml")
SEED = 7


@cache
def small(seed: int = SEED) -> answers.Answers:
    """The small country, not to be changed by a test."""
    wanted = parameters.load(SMALL)
    return demo.simulated(wanted, programme.load(), seed=seed)
