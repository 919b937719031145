"""Writes of improvement projects: every record is kept, changed or removed here."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from boloci.hub.improvement import records, work
from boloci.hub.improvement.models import OfProject, Project, Recount, Written
from boloci.hub.people import audit
from boloci.problems import refuse

_KEPT_APART = (
    *("id", "by", "at", "version", "removed", "project_id"),
    *("snapshot", "problems"),
)
"""What people do not write in a record."""


@transaction.atomic
def add(*, by: Any, record: Written) -> Written:
    """Keep a new record."""
    _require(by, record)
    record.by = _name(by)
    record.save(force_insert=True)
    _note(by, "improvement_added", record, before=None)
    _follow(record)
    return record


@transaction.atomic
def change(*, by: Any, record: Written, version: int) -> Written:
    """Keep what a record says now.

    version    of the record that the form was filled from

    Raises `Refused` where somebody else changed or removed it meanwhile.
    """
    old = type(record)._default_manager.get(pk=record.pk)
    _require(by, old)
    _require(by, record)
    fields = told(record)
    _move(by, "improvement_changed", old, version, fields)
    record.refresh_from_db()
    _follow(record)
    return record


@transaction.atomic
def remove(*, by: Any, record: Written, version: int) -> None:
    """Take a record away; it stays in the audit.

    Raises `Refused` where somebody else changed it meanwhile, or where other records
    stand on it.
    """
    _require(by, record)
    if _stands_under(record):
        raise refuse("record_used", count=_stands_under(record))
    _move(by, "improvement_removed", record, version, {"removed": True})
    _follow(record)


def _follow(record: Written) -> None:
    """Have the lake told what it is to know: recounts are evidence."""
    if isinstance(record, Recount):
        work.bring_recount.enqueue(record.pk)


def told(record: Written) -> dict[str, Any]:
    """What a record says: names of its fields -> values as the database has them."""
    names = [field.attname for field in record._meta.concrete_fields]
    return {name: getattr(record, name) for name in names if name not in _KEPT_APART}


def _move(
    by: Any, action: str, record: Written, version: int, fields: dict[str, Any]
) -> None:
    before = told(record)
    found = type(record)._default_manager.filter(
        pk=record.pk, version=version, removed=False
    )
    changed = {**fields, "by": _name(by), "at": timezone.now()}
    if not found.update(**changed, version=version + 1):
        raise refuse("record_changed")
    after = None if fields.get("removed") else {**before, **fields}
    _note(by, action, record, before=before, after=after)


def _note(
    by: Any,
    action: str,
    record: Written,
    *,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None = None,
) -> None:
    if before is None:
        after = told(record)
    kind = records.kind_of(record)
    whole = project_of(record)
    name = f"project {whole.pk}"
    about = name if record is whole else f"{name}: {kind} {record.pk}"
    audit.record(
        by=by,
        action=action,
        about=about,
        before=_plain(before),
        after=_plain(after),
        place_id=place_of(record),
    )


def _plain(fields: dict[str, Any] | None) -> dict[str, Any] | None:
    """Fields as JSON takes them."""
    if fields is None:
        return None
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in fields.items()
    }


def project_of(record: Written) -> Project:
    """The project that a record belongs to; itself where it is one."""
    if isinstance(record, OfProject):
        return record.project
    assert isinstance(record, Project)
    return record


def place_of(record: Written) -> str:
    """The place that a record is about: its site, else the place of its project."""
    return getattr(record, "place_id", "") or project_of(record).place_id


def _stands_under(record: Written) -> int:
    """How many records that were not removed name this one."""
    return sum(
        relation.related_model._default_manager.filter(
            **{relation.field.name: record, "removed": False}
        ).count()
        for relation in record._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and relation.one_to_many
        and issubclass(relation.related_model, Written)
    )


def _require(by: Any, record: Written) -> None:
    """Raises `PermissionDenied` (403) where `by` may not write a record."""
    kind, whole = records.kind_of(record), project_of(record)
    new = None if record is whole else whole
    site = getattr(record, "place_id", "")
    if not records.may_write(by, kind, new, site):
        raise PermissionDenied(kind)


def _name(by: Any) -> str:
    return str(getattr(by, "username", by))
