"""Writes of corrections: proposing, accepting, rejecting, withdrawing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from boloci import periods
from boloci.codes import AGES, SEXES, STRATEGIES
from boloci.corrections import refuse_incomplete
from boloci.hub.corrections import work
from boloci.hub.corrections.models import ACTIONS, Correction
from boloci.hub.people import audit
from boloci.hub.people.forms import one_line
from boloci.hub.rights import may, require
from boloci.problems import refuse

LONGEST = 500
MOST = 1e9
"""A number of doses above this is a typing error."""


@transaction.atomic
def propose(
    *,
    by: Any,
    place_id: str,
    element: str,
    period: str,
    reason: str,
    action: str = "replace",
    value: float | None = None,
    sex: str = "",
    age: str = "",
    strategy: str = "",
) -> Correction:
    """Say that a value is wrong, for somebody else to decide.

    Raises `Refused`: no reason, no value to replace by, below zero, no month.
    """
    require(by, "propose_correction", place_id)
    _known("action", action, ACTIONS)
    _known("sex", sex, ("", *SEXES))
    _known("age", age, ("", *AGES))
    _known("strategy", strategy, ("", *STRATEGIES))
    _told(reason)
    refuse_incomplete(action=action, value=value, reason=reason)
    if value is not None and not value <= MOST:
        raise refuse("correction_without_value")
    made = Correction.objects.create(
        place_id=place_id,
        element=one_line(element).upper()[:40],
        period=_month(period),
        sex=sex,
        age=age,
        strategy=strategy,
        action=action,
        value=value if action == "replace" else None,
        reason=one_line(reason)[:LONGEST],
        by=getattr(by, "username", by),
    )
    _record(by, "propose_correction", made)
    work.check.enqueue(made.pk)
    return made


@transaction.atomic
def accept(*, by: Any, one: Correction, version: int, decision: str = "") -> None:
    """The correction counts from the next publishing on. Never one's own."""
    _not_own(by, one)
    _decide(by, "accept_correction", one, version, ("proposed",), "accepted", decision)
    work.write.enqueue(one.pk)


@transaction.atomic
def reject(*, by: Any, one: Correction, version: int, decision: str) -> None:
    """The correction does not count; who proposed it reads why."""
    _not_own(by, one)
    _told(decision)
    states = ("proposed", "unfit")
    _decide(by, "reject_correction", one, version, states, "rejected", decision)


@transaction.atomic
def withdraw(*, by: Any, one: Correction, version: int, decision: str = "") -> None:
    """Take a correction back: one's own proposal, or an accepted one by the office."""
    own = one.by == getattr(by, "username", by) and one.state != "accepted"
    if not own:
        require(by, "decide_correction", one.place_id)
    was_written = bool(one.written) or one.state == "accepted"
    states = ("proposed", "unfit", "accepted")
    _decide(by, "withdraw_correction", one, version, states, "withdrawn", decision)
    if was_written:
        work.write.enqueue(one.pk)


def may_decide(user: Any, one: Correction) -> bool:
    """Whether this person may accept or reject a correction."""
    own = one.by == getattr(user, "username", user)
    return not own and may(user, "decide_correction", one.place_id)


def told(one: Correction) -> dict[str, Any]:
    """What the audit keeps of a correction."""
    names = ("place_id", "element", "period", "sex", "age", "strategy")
    more = ("action", "value", "expect", "reason", "state", "decision")
    return {name: getattr(one, name) for name in (*names, *more)}


def _not_own(by: Any, one: Correction) -> None:
    if not may_decide(by, one):
        raise PermissionDenied("decide_correction")


def _decide(
    by: Any,
    action: str,
    one: Correction,
    version: int,
    states: tuple[str, ...],
    state: str,
    decision: str,
) -> None:
    """Bring a correction to a state, where nobody else did since `version`."""
    before = told(one)
    found = Correction.objects.filter(pk=one.pk, version=version, state__in=states)
    changed = found.update(
        state=state,
        version=version + 1,
        decided_by=getattr(by, "username", by),
        decided_at=timezone.now(),
        decision=one_line(decision)[:LONGEST],
    )
    if not changed:
        raise refuse("record_changed")
    one.refresh_from_db()
    _record(by, action, one, before=before)


def _record(by: Any, action: str, one: Correction, **states: Any) -> None:
    audit.record(
        by=by,
        action=action,
        about=f"correction {one.pk}",
        place_id=one.place_id,
        after=told(one),
        **states,
    )


def _told(reason: str) -> None:
    if not one_line(reason):
        raise refuse("reason_missing")


def _month(text: str) -> str:
    """A month as periods write it, 202403. Raises `Refused`."""
    given = text.strip().replace("-", "")
    try:
        code = periods.code(given)
    except ValueError:
        code = 0
    if not code or periods.kind(code) != periods.MONTH:
        raise refuse("month_unreadable", text=text.strip() or "–")
    return str(periods.text(code))


def _known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise refuse("choice_unknown", what=what, given=given, known=", ".join(known))
