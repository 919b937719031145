"""Two months side by side: what changed, with an interval where children were counted.

It is a comparison of two months of the same places and nothing else: without places to
compare with, a change is no effect of what was done between.
"""

from dataclasses import dataclass

from boloci.stats import intervals


@dataclass(frozen=True)
class Share:
    """A percentage, and the number of children that it is of."""

    value: float
    size: float | None = None
    """None: not known."""


@dataclass(frozen=True)
class Change:
    """What changed between two months, in percentage points."""

    before: float
    after: float
    lower: float | None
    """Of the change; None where a number of children is not known."""
    upper: float | None

    @property
    def change(self) -> float:
        """After less before."""
        return self.after - self.before


Limits = tuple[float, float]


def share_change(before: Share, after: Share) -> Change:
    """The change of a share: Newcombe's interval from two of Wilson.

    Without an interval where a size is not known, is 0, or where a value is no share
    of it (below 0 or above 100). Source: Newcombe, Statistics in Medicine 17, 1998.
    """
    limits = [_limits(one) for one in (before, after)]
    return _change((before.value, limits[0]), (after.value, limits[1]))


def gap_change(before: tuple[Share, Share], after: tuple[Share, Share]) -> Change:
    """The change of a gap, boys less girls; each pair is boys, girls.

    The limits of a gap are Newcombe's, those of its change follow from them in the
    same way. Source: Zou and Donner, Statistics in Medicine 27, 2008.
    """
    return _change(_gap(*before), _gap(*after))


def _gap(boys: Share, girls: Share) -> tuple[float, Limits | None]:
    gap = boys.value - girls.value
    own, other = _limits(boys), _limits(girls)
    if own is None or other is None:
        return gap, None
    return gap, intervals.difference(boys.value, own, girls.value, other)


def _change(
    before: tuple[float, Limits | None], after: tuple[float, Limits | None]
) -> Change:
    if before[1] is None or after[1] is None:
        return Change(before[0], after[0], None, None)
    lower, upper = intervals.difference(after[0], after[1], before[0], before[1])
    return Change(before[0], after[0], lower, upper)


def _limits(one: Share) -> Limits | None:
    """Wilson's limits of a share, in percent."""
    if not one.size or not 0 <= one.value <= 100:
        return None
    lower, upper = intervals.wilson(one.value / 100, one.size, z=intervals.Z)
    return 100 * lower, 100 * upper
