"""Corrections in the hub: proposed by one, decided by another, never one's own."""

from typing import Any

import pytest
from django.test import Client

from boloci.hub.corrections import views, work
from boloci.hub.corrections.models import Correction
from boloci.hub.imports import work as publishing
from boloci.hub.people.models import AuditRow
from tests.hub.conftest import Hub

REASON = "registre recompté avec le chef de centre"


@pytest.fixture
def at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done as soon as they are asked for; no page is drawn after them."""
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(publishing.warming, "before", lambda _build: None)
    monkeypatch.setattr(publishing.warming, "go_on", lambda: None)


def area_of(hub: Hub, district: int = 0) -> str:
    """An area of a district."""
    inside = hub.places("district")[district].place_id
    areas = hub.places("area")
    return next(a.place_id for a in areas if inside in a.path.split("/"))


def propose(client: Client, place_id: str, **more: str) -> Any:
    given = {
        **{"place": place_id, "element": "DTP1", "period": "2024-03"},
        **{"action": "replace", "value": "12", "reason": REASON, **more},
    }
    return client.post("/corrections/add", given, follow=True)


def decide(client: Client, one: Correction, what: str, **more: Any) -> Any:
    one.refresh_from_db()
    given = {"version": one.version, "decision": "vu", **more}
    return client.post(f"/corrections/{one.pk}/{what}", given, follow=True)


def made(hub: Hub, **more: Any) -> Correction:
    """A correction that waits for a decision, the source asked already."""
    given = {"by": "somebody", "state": "proposed", "reason": REASON, **more}
    fields = {"element": "DTP1", "period": "202403", "action": "replace", "value": 12}
    return Correction.objects.create(place_id=area_of(hub), **{**fields, **given})


@pytest.mark.usefixtures("at_once")
def test_an_accepted_correction_enters_the_figures(own_hub: Hub) -> None:
    place_id = area_of(own_hub)
    author = own_hub.browser("district_manager", own_hub.places("district")[0].place_id)
    page = propose(author, place_id, action="flag", value="").content.decode()
    one = Correction.objects.get()
    assert one.state in ("proposed", "unfit"), page
    if one.state == "unfit":  # the source tells several values: say of which sex
        one.delete()
        part = {"sex": "female", "age": "0_11m"}
        propose(author, place_id, action="flag", value="", **part)
        one = Correction.objects.get()
    assert (one.state, one.problems) == ("proposed", [])
    office = own_hub.browser("analyst")
    decide(office, one, "accept")
    one.refresh_from_db()
    assert (one.state, one.written) == ("accepted", "accepted")
    assert "dans les chiffres" in office.get("/corrections").content.decode()
    decide(office, one, "withdraw")
    one.refresh_from_db()
    assert (one.state, one.written) == ("withdrawn", "withdrawn")


@pytest.mark.usefixtures("at_once")
def test_a_correction_of_a_value_that_nobody_reported_is_unfit(own_hub: Hub) -> None:
    page = propose(
        own_hub.browser("analyst"),
        area_of(own_hub),
        period="2031-01",
        action="drop",
        value="",
    )
    assert Correction.objects.get().state == "unfit"
    assert "ne correspond à aucune valeur" in page.content.decode()


def test_nobody_accepts_the_own_correction(hub: Hub) -> None:
    one = made(hub, by=hub.user("analyst").username)
    assert decide(hub.browser("analyst"), one, "accept").status_code == 403
    one.refresh_from_db()
    assert one.state == "proposed"


def test_a_district_manager_decides_of_nothing(hub: Hub) -> None:
    client = hub.browser("district_manager", hub.places("district")[0].place_id)
    for what in ("accept", "reject"):
        assert decide(client, made(hub), what).status_code == 403


def test_a_correction_elsewhere_is_as_if_it_did_not_exist(hub: Hub) -> None:
    client = hub.browser("district_manager", hub.places("district")[1].place_id)
    one = made(hub)
    assert client.get(f"/corrections/{one.pk}").status_code == 404
    assert decide(client, one, "withdraw").status_code == 404
    assert REASON not in client.get("/corrections").content.decode()
    assert propose(client, area_of(hub)).status_code == 400


def test_the_second_of_two_who_decide_is_told(hub: Hub) -> None:
    one, client = made(hub), hub.browser("analyst")
    decide(client, one, "reject")
    answer = client.post(
        f"/corrections/{one.pk}/reject", {"version": 1, "decision": "non"}
    )
    assert answer.status_code == 409
    assert "non" in answer.content.decode()


def test_a_rejection_says_why(hub: Hub) -> None:
    one = made(hub)
    assert (
        decide(hub.browser("analyst"), one, "reject", decision=" ").status_code == 409
    )
    decide(hub.browser("analyst"), one, "reject", decision="registre perdu")
    page = hub.browser("administrator").get(f"/corrections/{one.pk}").content.decode()
    assert "registre perdu" in page


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("reason", "   "),
        ("value", ""),
        ("value", "-3"),
        ("value", "nan"),
        ("value", "douze"),
        ("period", "2024"),
        ("period", "hier"),
        ("action", "steal"),
        ("sex", "both"),
        ("place", "nowhere at all"),
    ],
)
def test_a_proposal_that_says_too_little_is_told_so(hub: Hub, field, given) -> None:
    answer = propose(hub.browser("analyst"), **{"place_id": area_of(hub), field: given})
    assert answer.status_code == 400
    assert REASON in answer.content.decode() or field == "reason"
    assert not Correction.objects.exists()


def test_numbers_are_read_as_people_type_them() -> None:
    assert views._number("1 234,5") == 1234.5
    assert views._number(" ") is None


def test_html_in_a_reason_is_shown_as_text(hub: Hub) -> None:
    one = made(hub, reason="<script>alert(1)</script>")
    page = hub.browser("analyst").get(f"/corrections/{one.pk}").content.decode()
    assert "<script>alert" not in page


def test_every_decision_is_in_the_audit_with_before_and_after(hub: Hub) -> None:
    one = made(hub)
    decide(hub.browser("analyst"), one, "accept")
    row = AuditRow.objects.get(action="accept_correction")
    assert (row.before["state"], row.after["state"]) == ("proposed", "accepted")
    assert row.place_id == one.place_id


def test_a_job_that_runs_twice_asks_the_source_once(hub: Hub) -> None:
    one = made(hub)
    work.check.call(one.pk)
    one.refresh_from_db()
    assert (one.state, one.version) == ("proposed", 1)
