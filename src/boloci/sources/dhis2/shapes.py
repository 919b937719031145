"""Which DHIS2 document a JSON file is, from its first bytes alone.

DHIS2 gives the same things with an envelope (`{"organisationUnits": [...]}`), as a
bare list, as one object, or all in one metadata export; the keys tell which.
"""

import re
from dataclasses import dataclass, field

VALUES = "dhis2 dataValueSets json"
ANALYTICS = "dhis2 analytics json"
GEOJSON = "dhis2 organisationUnits geojson"
REPLY = "dhis2 reply"
METADATA = "dhis2 metadata json"

COLLECTIONS = (
    "organisationUnits",
    "organisationUnitLevels",
    "organisationUnitGroups",
    "organisationUnitGroupSets",
    "dataElements",
    "categoryOptionCombos",
    "dataSets",
    "completeDataSetRegistrations",
)
"""Lists that boloci reads, by the name DHIS2 gives them."""

OTHER_COLLECTIONS = {
    *("attributes", "categories", "categoryCombos", "categoryOptions", "constants"),
    *("categoryOptionGroups", "dashboards", "dataElementGroups", "dataEntryForms"),
    *("indicators", "indicatorTypes", "legendSets", "maps", "optionSets", "options"),
    *("package", "predictors", "programs", "sections", "sqlViews", "system"),
    *("userGroups", "userRoles", "users", "validationRules", "visualizations"),
}
"""Other keys of a metadata export: what boloci reads may come after them."""

_REPLY_KEYS = {"httpStatus", "httpStatusCode", "responseType", "errorCode"}

_ITEMS: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = tuple(
    (name, frozenset(all_of.split()), frozenset(one_of.split()))
    for name, all_of, one_of in (
        ("dataValues", "dataElement value", "period orgUnit categoryOptionCombo"),
        ("dataValueSets", "dataValues", ""),
        ("completeDataSetRegistrations", "dataSet period", "organisationUnit orgUnit"),
        ("dataElements", "", "domainType valueType aggregationType zeroIsSignificant"),
        ("dataSets", "", "dataSetElements timelyDays expiryDays openFuturePeriods"),
        ("categoryOptionCombos", "categoryCombo", "categoryOptions ignoreApproval"),
        (
            "organisationUnits",
            "",
            "path parent featureType geometry coordinates openingDate closedDate leaf"
            " ancestors",
        ),
        ("organisationUnitGroups", "organisationUnits", ""),
        ("organisationUnitGroupSets", "organisationUnitGroups", ""),
        ("organisationUnitLevels", "level", "name displayName"),
    )
)
"""Keys by which an object says what it is: all of the first, one of the second."""


@dataclass
class Shape:
    """Opening bracket, keys of the outermost object, and keys one level further in.

    `inner` holds the keys of the first object in each list, by the list's key; for a
    bare list, by "".
    """

    opening: str = ""
    keys: list[str] = field(default_factory=list)
    inner: dict[str, list[str]] = field(default_factory=dict)


_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]')


def shape(start: bytes) -> Shape:
    """Keys of the first two levels, as far as the first bytes show them."""
    text = start.decode("utf-8-sig", "ignore").lstrip()
    found = Shape(text[:1])
    open_: list[str] = []
    key, firsts = "", set[str]()
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            open_.append(token[0])
        elif token[0] in "}]":
            if open_:
                open_.pop()
            if open_ in (["{", "["], ["["]):
                firsts.add(key)
        elif token[2] and open_ == ["{"]:
            key = token[1]
            found.keys.append(key)
        elif token[2] and open_ in (["{", "[", "{"], ["[", "{"]) and key not in firsts:
            found.inner.setdefault(key, []).append(token[1])
    return found


def document(name: str, start: bytes) -> str | None:
    """Format of a DHIS2 JSON document; None if it is none."""
    found = shape(start)
    if found.opening == "{":
        return _of_object(name, found)
    item = collection(name, found)
    if item in ("dataValues", "dataValueSets"):
        return VALUES
    return f"dhis2 {item} json" if item else None


def _of_object(name: str, found: Shape) -> str | None:
    keys = set(found.keys)
    if {"headers", "rows"} <= keys or {"headers", "metaData"} <= keys:
        return ANALYTICS
    if "features" in keys:
        return GEOJSON if "id" in found.inner.get("features", ()) else None
    if keys & {"dataValues", "dataValueSets"}:
        return VALUES
    known = [each for each in COLLECTIONS if each in keys]
    if len(known) == 1 and not keys & OTHER_COLLECTIONS:
        item = item_kind(set(found.keys))
        # A single data set or group holds lists of other things under their names.
        return f"dhis2 {item if item and 'id' in keys else known[0]} json"
    if known or len(keys & OTHER_COLLECTIONS) > 1:
        single = item_kind(keys) if "id" in keys else None
        return f"dhis2 {single} json" if single else METADATA
    if keys & _REPLY_KEYS:
        return REPLY
    item = collection(name, found)
    return f"dhis2 {item} json" if item else None


def collection(name: str, found: Shape) -> str | None:
    """Which collection a bare list, or a single object, belongs to."""
    keys = set(found.keys if found.opening == "{" else found.inner.get("", ()))
    item = item_kind(keys)
    plain = re.sub(r"[^a-z]", "", name.rpartition("/")[2].lower())
    if item == "organisationUnitLevels" and "organisationunits" in plain:
        return "organisationUnits"  # units with nothing but a level and a name
    if item or "id" not in keys:
        return item
    longest_first = sorted(COLLECTIONS, key=len, reverse=True)
    return next((each for each in longest_first if each.lower() in plain), None)


def item_kind(keys: set[str]) -> str | None:
    """Collection of an object with these keys, if they tell."""
    for collection, all_of, one_of in _ITEMS:
        if all_of <= keys and (not one_of or one_of & keys):
            return collection
    return None
