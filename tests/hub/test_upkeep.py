"""What the worker throws away once a day."""

import datetime

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from boloci.hub import jobs, upkeep
from tests.hub.conftest import Hub

pytestmark = pytest.mark.django_db(transaction=True)
"""A worker closes its connection between jobs: what it does must be committed."""


def waiting() -> list[DBTaskResult]:
    return list(DBTaskResult.objects.filter(status="READY"))


def test_sessions_that_have_ended_are_forgotten_and_open_ones_kept(hub: Hub) -> None:
    now = timezone.now()
    for key, hours in (("ended", -1), ("open", 1)):
        until = now + datetime.timedelta(hours=hours)
        Session.objects.create(session_key=key, session_data="", expire_date=until)
    upkeep.schedule()
    jobs.work(until_done=True)
    kept = Session.objects.filter(session_key__in=("ended", "open"))
    assert [one.session_key for one in kept] == ["open"]


def test_each_day_puts_the_next_into_the_queue_once(hub: Hub) -> None:
    upkeep.schedule()
    upkeep.schedule()
    assert len(waiting()) == 1
    jobs.work(until_done=True)
    (tomorrow,) = waiting()
    assert tomorrow.run_after > timezone.now() + datetime.timedelta(hours=23)


def test_a_day_that_failed_is_tried_again_the_next(hub: Hub, monkeypatch) -> None:
    def broken(*_words: str, **_options: str) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(upkeep, "call_command", broken)
    upkeep.schedule()
    jobs.work(until_done=True)
    assert len(waiting()) == 1


def test_jobs_that_ended_long_ago_are_forgotten(hub: Hub) -> None:
    upkeep.schedule()
    jobs.work(until_done=True)
    days = datetime.timedelta(days=upkeep.FINISHED_DAYS + 1)
    done = DBTaskResult.objects.filter(status="SUCCESSFUL")
    done.update(finished_at=timezone.now() - days)
    DBTaskResult.objects.filter(status="READY").delete()
    upkeep.schedule()
    jobs.work(until_done=True)
    assert DBTaskResult.objects.filter(status="SUCCESSFUL").count() == 1
