"""The most doses of a vaccine that anybody can give in a month: a bound for each level.

A build, an import and a month that is typed are held against the same bounds, which
are constants of the profile.
"""

from boloci.catalogue.definitions import Profile

_NAMES = {"district": "district", "region": "above", "country": "above"}
"""Which constant bounds a level; all others, and no level: that of a unit."""
_UNIT = "unit"


def bounded(profile: Profile) -> bool:
    """Whether a profile has every bound; one without them finds nothing impossible."""
    return all(
        _constant(name) in profile.constants for name in (_UNIT, *_NAMES.values())
    )


def most(profile: Profile, level: str | None) -> float:
    """Doses of one vaccine above which a month of a place of a level is impossible.

    A level that is not known (null or blank) is bounded as a unit below the district.
    Raises `KeyError` for a profile without the bounds.
    """
    return float(profile.value(_constant(_NAMES.get(level or "", _UNIT))))


def most_sql(profile: Profile, level: str) -> str:
    """SQL of `most`, over a column that holds levels. Raises `KeyError` as it does."""
    cases = " ".join(f"WHEN '{name}' THEN {most(profile, name)}" for name in _NAMES)
    return f"CASE {level} {cases} ELSE {most(profile, None)} END"


def _constant(name: str) -> str:
    return f"impossible_doses_{name}"
