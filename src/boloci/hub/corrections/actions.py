"""Writes of corrections: proposing, accepting, rejecting, withdrawing."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from boloci import periods
from boloci.codes import AGES, SEXES, STRATEGIES
from boloci.corrections import proposed_row, refuse_incomplete
from boloci.hub.corrections import work
from boloci.hub.corrections.models import ACTIONS, Correction
from boloci.hub.current import workspace
from boloci.hub.people import audit
from boloci.hub.people.forms import one_line
from boloci.hub.rights import may, require
from boloci.problems import refuse

LONGEST = 500
MOST = 1e9
"""A number of doses above this is a typing error."""


CHANGEABLE = ("proposed", "unfit")
"""States in which a proposal can still be changed."""


def propose(*, by: Any, place_id: str, **said: Any) -> Correction:
    """Say that a value is wrong, for somebody else to decide.

    said    element, period, reason, action, value, sex, age, strategy

    Raises `Refused`: no reason, no value to replace by, below zero, no month; `Unfit`
    where the words do not name exactly one value of the source.
    """
    require(by, "propose_correction", place_id)
    fields = _asked(by=_name(by), place_id=place_id, **said)
    with transaction.atomic():
        made = Correction.objects.create(by=_name(by), **fields)
        _record(by, "propose_correction", made)
    return made


def change(
    *, by: Any, one: Correction, version: int, place_id: str, **said: Any
) -> None:
    """Say a proposal otherwise: its author, or the office, who then cannot decide it.

    Raises as `propose` does, and where somebody else changed it since `version`.
    """
    if not may_change(by, one):
        raise PermissionDenied("propose_correction")
    require(by, "propose_correction", place_id)
    _still(one, version, CHANGEABLE)
    fields = _asked(by=one.by, place_id=place_id, **said)
    with transaction.atomic():
        before = told(one)
        found = Correction.objects.filter(
            pk=one.pk, version=version, state__in=CHANGEABLE
        )
        if not found.update(**fields, changed_by=_name(by), version=version + 1):
            raise refuse("record_changed")
        one.refresh_from_db()
        _record(by, "propose_correction", one, before=before)


def _asked(
    *,
    by: str,
    place_id: str,
    element: str,
    period: str,
    reason: str,
    action: str = "replace",
    value: float | None = None,
    sex: str = "",
    age: str = "",
    strategy: str = "",
) -> dict[str, Any]:
    """Fields of a proposal, once the source was asked what it says now.

    Asked outside the transaction of the write: it takes a second, and others write.
    """
    _known("action", action, ACTIONS)
    refuse_unknown_part(sex, age, strategy)
    _told(reason)
    refuse_incomplete(action=action, value=value, reason=reason)
    if value is not None and not value <= MOST:
        raise refuse("correction_without_value")
    said: dict[str, Any] = {
        **{"sex": sex, "age": age, "strategy": strategy, "action": action},
        **{"value": value if action == "replace" else None},
        **{"reason": one_line(reason)[:LONGEST]},
    }
    month, word = month_of(period), one_line(element)[:40]
    row = proposed_row(
        workspace(), place=place_id, element=word, period=month, by=by, **said
    )
    found = {name: row[name] for name in ("element", "expect", "correction_id")}
    state = {"state": "proposed", "problems": []}
    return {"place_id": place_id, "period": month, **said, **found, **state}


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
    _still(one, version, CHANGEABLE)  # what became of it comes before a missing reason
    _told(decision)
    _decide(by, "reject_correction", one, version, CHANGEABLE, "rejected", decision)


@transaction.atomic
def withdraw(*, by: Any, one: Correction, version: int, decision: str = "") -> None:
    """Take a correction back: one's own proposal, or an accepted one by the office."""
    own = one.by == _name(by) and one.state != "accepted"
    if not own:
        require(by, "decide_correction", one.place_id)
    was_written = bool(one.written) or one.state == "accepted"
    states = ("proposed", "unfit", "accepted")
    _decide(by, "withdraw_correction", one, version, states, "withdrawn", decision)
    if was_written:
        work.write.enqueue(one.pk)


def may_decide(user: Any, one: Correction) -> bool:
    """Whether this person may accept or reject a correction."""
    own = _name(user) in (one.by, one.changed_by)
    return not own and may(user, "decide_correction", one.place_id)


def may_change(user: Any, one: Correction) -> bool:
    """Whether this person may say a proposal otherwise: its author, and the office."""
    what = "propose_correction" if one.by == _name(user) else "decide_correction"
    return one.state in CHANGEABLE and may(user, what, one.place_id)


def told(one: Correction) -> dict[str, Any]:
    """What the audit keeps of a correction."""
    names = ("place_id", "element", "period", "sex", "age", "strategy")
    more = ("action", "value", "expect", "reason", "state", "decision")
    return {name: getattr(one, name) for name in (*names, *more)}


def _not_own(by: Any, one: Correction) -> None:
    if not may_decide(by, one):
        raise PermissionDenied("decide_correction")


def _still(one: Correction, version: int, states: tuple[str, ...]) -> None:
    """Raises `Refused` where somebody changed or decided it since `version`."""
    found = Correction.objects.filter(pk=one.pk, version=version, state__in=states)
    if not found.exists():
        raise refuse("record_changed")


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
        decided_by=_name(by),
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


def month_of(text: str) -> str:
    """A month as periods write it, 202403. Raises `Refused`."""
    given = text.strip().replace("-", "")
    try:
        code = periods.code(given)
    except ValueError:
        code = 0
    if not code or periods.kind(code) != periods.MONTH:
        raise refuse("month_unreadable", text=text.strip() or "–")
    return str(periods.text(code))


def refuse_unknown_part(sex: str, age: str, strategy: str) -> None:
    """Raises `Refused` for a sex, age or strategy that there is not."""
    _known("sex", sex, ("", *SEXES))
    _known("age", age, ("", *AGES))
    _known("strategy", strategy, ("", *STRATEGIES))


def _known(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise refuse("choice_unknown", what=what, given=given, known=", ".join(known))


def _name(by: Any) -> str:
    return str(getattr(by, "username", by))
