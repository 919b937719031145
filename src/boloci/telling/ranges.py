"""The ends of a range in words: what is known, and where nothing is."""

from collections.abc import Callable

from boloci.ranges import Fact, Range
from boloci.telling.tongue import Tongue


def ends(tongue: Tongue, one: Range, how: Callable[[Fact], str]) -> str:
    """From where to where a figure goes; `how`: a combination in words."""
    low, high = one.low, one.high
    if low is None or high is None:
        return tongue.gettext(
            "It cannot be told under any of the ways of computing it."
        )
    if not one.tellable:
        told = tongue.gettext(
            "It cannot be told: {told} of {ways} ways of computing give a figure."
        )
        return told.format(told=len(one.told), ways=len(one.facts))
    upper = {"high": tongue.figure(high["value"], one.unit), "high_how": how(high)}
    if one.none_left:
        told = tongue.gettext(
            "Up to {high} ({high_how}). How few is not known: {n} of {ways} ways"
            " count more doses than children."
        )
        return told.format(**upper, n=one.none_left, ways=len(one.facts))
    lower = {"low": tongue.figure(low["value"], one.unit), "low_how": how(low)}
    told = tongue.gettext("From {low} ({low_how}) to {high} ({high_how}).")
    return told.format(**lower, **upper)
