"""What the sources tell of a place where the published counts cannot say it."""

from collections.abc import Iterable
from functools import lru_cache

from boloci.codes import SEXES
from boloci.corrections import values_told
from boloci.hub.current import workspace
from boloci.hub.grid.form import Older, months_of
from boloci.hub.reading import MonthCounts
from boloci.lake import snapshots


def older_told(place_id: str, past: MonthCounts, month: int) -> Older:
    """Whose older children a source tells with a number, in the months of a form.

    past    the place's months, as published for a reader who may see them
    """
    if not any(variant == "all_ages" for _code, variant, _month in past):
        return frozenset()
    live = tuple(one.id for one in snapshots.live(workspace().lake))
    root = str(workspace().root)
    return _older(root, live, place_id, tuple(sorted(months_of(past, month))))


@lru_cache(maxsize=256)
def _older(
    _root: str, _live: tuple[str, ...], place_id: str, months: tuple[int, ...]
) -> Older:
    """Asked once for the same imports: it takes a second."""
    elements = workspace().catalogue.elements
    found = set()
    for value in values_told(workspace(), place_id, months):
        code, sex, age, _strategy = value.told
        on_time = ("", *elements[code].target_ages) if code in elements else ("",)
        if value.value is not None and age not in on_time:
            found.add((code, sex, value.period))
    return frozenset(_with_both(found))


def _with_both(found: Iterable[tuple[str, str, int]]) -> set[tuple[str, str, int]]:
    """Girls and boys together are told where each is."""
    told = set(found)
    both = {
        (code, "", month)
        for code, _sex, month in told
        if all((code, sex, month) in told for sex in SEXES)
    }
    return told | both
