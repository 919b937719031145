"""Groups that the catalogue knows for a country, found in the tree that was imported.

The catalogue names places; the tree has identifiers. A group that was imported under
the same code stands as imported, and the catalogue's is left out.
"""

from collections.abc import Mapping

import pyarrow as pa

from boloci.catalogue.definitions import Group, Member
from boloci.places import Tree
from boloci.tables import SNAPSHOT, Finding


def of_country(
    groups: Mapping[str, Group], imported: pa.Table, tree: Tree, *, language: str
) -> tuple[pa.Table, list[Finding]]:
    """Rows for the `groups` table, and what of the catalogue's groups was not found.

    A member is taken where one place of the tree bears its name at its level; none or
    several is part of one finding a group. A group of whose members none is in the
    tree (another district's office) gives neither rows nor a finding.
    """
    known = set(imported["group"].to_pylist())
    rows: list[dict[str, object]] = []
    findings: list[Finding] = []
    for code, group in groups.items():
        if code in known:
            continue
        found = [(member, _place(member, tree)) for member in group.members]
        missing = [member.place for member, id_ in found if id_ is None]
        if group.members and len(missing) == len(group.members):
            continue
        heading: dict[str, object] = {
            "group": code,
            "name": group.name[language],
            "kind": group.kind,
            "place_id": None,
        }
        members: list[dict[str, object]] = [
            {
                **heading,
                "place_id": id_,
                "valid_from": member.valid_from,
                "valid_to": member.valid_to,
                "reason": member.reason.get(language),
            }
            for member, id_ in found
            if id_ is not None
        ]
        rows += members or [heading]
        if missing:
            params = {"group": group.name[language], "places": ", ".join(missing)}
            rule = "country_group_member_not_found"
            findings.append(Finding(rule, "info", params=params))
    return pa.Table.from_pylist(rows, schema=SNAPSHOT["groups"]), findings


def _place(member: Member, tree: Tree) -> str | None:
    found = tree.find(member.place, member.level or None)
    return found[0].id if len(found) == 1 else None
