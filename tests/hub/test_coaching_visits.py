"""Coaching visits: their report, what is agreed, what is counted again."""

import datetime
from typing import Any

import pytest

from boloci.hub.improvement import actions
from boloci.hub.improvement.models import Project, Recount, Site, Visit
from boloci.hub.inbox.models import Action
from boloci.lake import snapshots
from tests.hub.conftest import Hub

DAY = datetime.date(2024, 3, 4)


def visit_of(hub: Hub, **more: Any) -> Visit:
    """A visit to a site of a project of its district."""
    site = hub.places("area")[0]
    project = Project(place_id=site.parent_id, name="P", problem="?", starts=DAY)
    actions.add(by="a test", record=project)
    joined = Site(project=project, place_id=site.place_id, joined=DAY)
    actions.add(by="a test", record=joined)
    told = {"day": DAY, "place_id": site.place_id, **more}
    visit = Visit(project=project, planned=DAY, purpose="Revue du registre", **told)
    actions.add(by="a test", record=visit)
    return visit


def report(visit: Visit) -> str:
    return f"/improvement/{visit.project_id}/visit/{visit.pk}/report"


def recount(visit: Visit, **more: Any) -> Recount:
    told = {"element": "DTP1", "period": "202403", "register": 40, "reported": 52}
    return Recount(
        project=visit.project,
        visit=visit,
        place_id=visit.place_id,
        **{**told, **more},
    )


def test_the_report_says_what_was_seen_and_counted(hub: Hub) -> None:
    visit = visit_of(hub, observed="Registre à jour", who="A. Koné")
    actions.add(by="a test", record=recount(visit))
    page = hub.browser("coach", visit.project.place_id).get(report(visit))
    text = page.content.decode()
    for told in ("Revue du registre", "Registre à jour", "A. Koné", "mars 2024", "130"):
        assert told in text


def test_an_action_is_agreed_at_a_visit_and_waits_in_the_inbox(hub: Hub) -> None:
    visit = visit_of(hub)
    browser = hub.browser("coach", visit.project.place_id)
    owner = hub.user("vaccinator", visit.place_id)
    answer = browser.post(
        "/inbox/act",
        {
            "subject": f"visit:{visit.pk}",
            "place_id": visit.place_id,
            "text": "Noter le sexe de chaque enfant",
            "owner": owner.username,
            "due": "2024-04-01",
            "next": report(visit),
        },
    )
    assert answer.status_code == 302
    assert Action.objects.get().kind == "visit"
    assert "Noter le sexe" in browser.get(report(visit)).content.decode()
    inbox = hub.browser("vaccinator", visit.place_id).get("/inbox").content.decode()
    assert "Noter le sexe" in inbox
    assert report(visit) in inbox


def test_the_report_of_a_visit_without_a_site_is_there(hub: Hub) -> None:
    visit = visit_of(hub, place_id="")
    answer = hub.browser("analyst").get(report(visit))
    assert answer.status_code == 200
    assert "Revue du registre" in answer.content.decode()


def test_no_action_is_about_a_visit_of_another_place_or_none(hub: Hub) -> None:
    visit = visit_of(hub)
    other = hub.places("area")[1].place_id
    browser = hub.browser("analyst")
    for subject, place in ((f"visit:{visit.pk}", other), ("visit:999", visit.place_id)):
        fields = {
            "subject": subject,
            "place_id": place,
            "text": "x",
            "due": "2024-04-01",
        }
        answer = browser.post("/inbox/act", {**fields, "owner": "x", "next": "/"})
        assert answer.status_code == 404


def test_a_report_is_read_where_its_project_is(hub: Hub) -> None:
    visit = visit_of(hub)
    elsewhere = hub.places("district")[-1].place_id
    assert visit.project.place_id != elsewhere
    browser = hub.browser("district_manager", elsewhere)
    assert browser.get(report(visit)).status_code == 404
    assert hub.browser().get(report(visit)).status_code == 302


@pytest.mark.usefixtures("at_once")
def test_what_was_counted_again_becomes_evidence_and_its_change_replaces_it(
    own_hub: Hub,
) -> None:
    visit = visit_of(own_hub)
    one = recount(visit)
    actions.add(by="a test", record=one)
    one.refresh_from_db()
    first = one.snapshot
    assert one.problems == []
    assert first in live(own_hub)
    one.register = 45
    actions.change(by="a test", record=one, version=1)
    one.refresh_from_db()
    assert one.snapshot != first
    assert one.snapshot in live(own_hub)
    assert first not in live(own_hub)
    actions.remove(by="a test", record=one, version=2)
    assert one.snapshot not in live(own_hub)


def live(hub: Hub) -> set[str]:
    return {one.id for one in snapshots.live(hub.workspace.lake)}


def test_a_visit_of_a_day_to_come_is_planned_and_not_done(hub: Hub) -> None:
    visit = visit_of(hub, day=None)
    browser = hub.browser("coach", visit.project.place_id)
    address = f"/improvement/{visit.project_id}/visit/{visit.pk}"
    fields = {
        "place_id": visit.place_id,
        "planned": "2024-03-04",
        "purpose": "Revue",
        "version": "1",
    }
    answer = browser.post(address, {**fields, "day": "2099-01-01"})
    assert answer.status_code == 400
    assert browser.post(address, {**fields, "day": "2024-03-05"}).status_code == 302
    assert Visit.objects.get().day == datetime.date(2024, 3, 5)
