"""The audit: one row for every write, in the transaction of the write."""

from typing import Any

from django.db import transaction

from boloci.hub.people.models import AuditRow


def record(
    *,
    by: Any,
    action: str,
    about: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    place_id: str = "",
) -> None:
    """Write what was done. Raises `RuntimeError` outside a transaction.

    before, after   the record's fields as JSON takes them; null: did not exist, or no
                    longer does. Passwords, tokens and names of children never.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit row belongs in the transaction of its write")
    AuditRow.objects.create(
        by=getattr(by, "username", by),
        action=action,
        about=about,
        place_id=place_id,
        before=before,
        after=after,
    )
