"""Changes of groups that people made in the hub, on their way to the lake."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import models

from boloci.groups import Group, Member


class Change(models.Model):
    """One change of one group. The lake is what counts: a job writes the group there.

    `waiting` until then, after it `kept` or `refused`; `undoing`, then `undone`, where
    it was taken back.
    """

    WAITING = ("waiting", "undoing")

    group = models.CharField(max_length=200, db_index=True)
    """The group's code."""
    version = models.PositiveIntegerField()
    """Which change of the group it is: two people cannot both make the next."""
    what = models.CharField(max_length=20)
    """made, named, added, ended, dated, removed, taken."""
    before = models.JSONField(null=True)
    """The group before, as `told`; null: it did not exist."""
    after = models.JSONField()
    """The group as it is to be."""
    reason = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=12, default="waiting", db_index=True)
    problems = models.JSONField(default=list)
    """Why it was refused, as `imports.told.problems` writes it."""
    snapshot = models.CharField(max_length=40, blank=True)
    """The import that it became."""
    undone_by = models.CharField(max_length=60, blank=True)

    class Meta:
        """Latest first; one next change a group."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("group", "version"), name="one_next_change_a_group"
            ),
        )

    def __str__(self) -> str:
        return f"{self.group} {self.version}"


def told(group: Group) -> dict[str, Any]:
    """A group as JSON."""
    members = [
        {
            "place_id": one.place_id,
            "from": one.valid_from and one.valid_from.isoformat(),
            "to": one.valid_to and one.valid_to.isoformat(),
            "reason": one.reason,
        }
        for one in group.members
    ]
    heading = {"code": group.code, "name": group.name, "kind": group.kind}
    return {**heading, "members": members}


def read(kept: Mapping[str, Any]) -> Group:
    """A group from what `told` gave."""
    members = [
        Member(one["place_id"], _day(one["from"]), _day(one["to"]), one["reason"])
        for one in kept["members"]
    ]
    return Group(kept["code"], kept["name"], kept["kind"], tuple(members))


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
