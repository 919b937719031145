"""Corrections in the hub: proposed by one, decided by another, never one's own."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from boloci.corrections import choices
from boloci.hub import current
from boloci.hub.corrections import views, work
from boloci.hub.corrections.models import Correction
from boloci.hub.imports import work as publishing
from boloci.hub.people.models import AuditRow
from boloci.places_asked import words_for
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


def of_several(hub: Hub) -> str:
    """An area whose source tells first doses of March 2024 by sex and age."""
    areas = hub.places("area")
    return next(a.place_id for a in areas if len(told(hub, a.place_id)) > 1)


def told(hub: Hub, place_id: str) -> Any:
    asked = {"place": place_id, "element": "DTP1", "period": "202403"}
    return choices(hub.workspace, **asked)


def radios(page: str) -> list[str]:
    """What the values to choose from send."""
    return [unescape(one) for one in re.findall(r'name="part" value="([^"]+)"', page)]


@pytest.mark.usefixtures("at_once")
def test_an_accepted_correction_enters_the_figures(own_hub: Hub) -> None:
    place_id = area_of(own_hub)
    author = own_hub.browser("district_manager", own_hub.places("district")[0].place_id)
    part = {"sex": "female", "age": "0_11m"}
    propose(author, place_id, action="flag", value="", **part)
    one = Correction.objects.get()
    assert (one.state, one.problems) == ("proposed", [])
    assert one.expect is not None
    office = own_hub.browser("analyst")
    decide(office, one, "accept")
    one.refresh_from_db()
    assert (one.state, one.written) == ("accepted", "accepted")
    assert "dans les chiffres" in office.get("/corrections").content.decode()
    decide(office, one, "withdraw")
    one.refresh_from_db()
    assert (one.state, one.written) == ("withdrawn", "withdrawn")


def test_a_correction_of_a_value_that_nobody_reported_is_not_kept(hub: Hub) -> None:
    answer = propose(
        hub.browser("analyst"),
        area_of(hub),
        period="2031-01",
        action="drop",
        value="",
    )
    page = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert "Aucune source ne donne cette valeur" in page
    assert "--" not in page.partition("<main")[2].replace("<!--", "")
    assert not Correction.objects.exists()


def test_words_that_name_several_values_lead_to_a_choice_of_them(hub: Hub) -> None:
    client, place_id = hub.browser("analyst"), of_several(hub)
    answer = propose(client, place_id)
    page = unescape(answer.content.decode())
    assert answer.status_code == 400
    assert not Correction.objects.exists(), "nothing is kept before it is sure"
    assert "filles, 0 à 11 mois" in page
    assert "--sex" not in page
    assert "12m_plus" not in re.sub(r'value="[^"]*"', "", page)
    assert REASON in page

    chosen = radios(page)[0]
    about = unescape(re.findall(r'name="about" value="([^"]+)"', page)[0])
    sent = propose(client, place_id, part=chosen, about=about)
    one = Correction.objects.get()
    assert sent.status_code == 200
    assert one.state == "proposed"
    assert f"{one.sex}|{one.age}|{one.strategy}|DTP1" == chosen
    assert "filles, 0 à 11 mois" in sent.content.decode()


def test_a_choice_for_another_month_than_is_typed_now_is_not_taken(hub: Hub) -> None:
    client, place_id = hub.browser("analyst"), of_several(hub)
    page = unescape(propose(client, place_id).content.decode())
    about = unescape(re.findall(r'name="about" value="([^"]+)"', page)[0])
    part = radios(page)[0]
    answer = propose(client, place_id, period="2024-02", part=part, about=about)
    assert answer.status_code == 400
    assert not Correction.objects.exists()


def test_a_link_from_a_number_shows_the_values_to_choose_at_once(hub: Hub) -> None:
    url = f"/corrections/add?place={of_several(hub)}&element=DTP1&period=202403"
    client = hub.browser("analyst")
    assert len(radios(client.get(url).content.decode())) > 1
    plain = client.get(f"{url}&plain=yes").content.decode()
    assert not radios(plain)
    assert ">0 à 11 mois</option>" in plain
    assert ">stratégie avancée</option>" in plain


def place_field(page: str) -> str:
    """What the form has for the place."""
    return unescape(re.findall(r'name="place" [^>]*value="([^"]*)"', page)[0])


def test_a_link_from_a_number_names_its_place_as_people_do(hub: Hub) -> None:
    place_id = of_several(hub)
    link = f"/corrections/add?place={place_id}&element=DTP1&period=202403"
    client = hub.browser("analyst")
    page = client.get(link).content.decode()
    place = place_field(page)
    assert place == words_for(current.current(), current.current().by_id[place_id])
    assert place != place_id
    about = unescape(re.findall(r'name="about" value="([^"]+)"', page)[0])
    propose(client, place, period="202403", part=radios(page)[0], about=about)
    assert Correction.objects.get().place_id == place_id


def test_a_place_that_no_words_tell_from_another_keeps_its_id_and_shows_its_name(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "words_for", lambda _source, place: place.place_id)
    place = hub.places("area")[0]
    client = hub.browser("analyst")
    page = client.get(f"/corrections/add?place={place.place_id}").content.decode()
    assert place_field(page) == place.place_id
    assert f'id="place-name">{place.name}<' in unescape(page)


def test_the_id_of_a_place_that_may_not_be_read_is_not_turned_into_its_name(
    hub: Hub,
) -> None:
    place_id = area_of(hub, 1)
    reader = hub.browser("district_manager", hub.places("district")[0].place_id)
    page = reader.get(f"/corrections/add?place={place_id}").content.decode()
    assert place_field(page) == place_id
    assert 'id="place-name"' not in page


def test_an_element_in_ones_own_words_is_kept_as_its_code(hub: Hub) -> None:
    more = {"element": "penta 1", "sex": "female", "age": "0_11m"}
    answer = propose(hub.browser("analyst"), of_several(hub), **more)
    assert Correction.objects.get().element == "DTP1"
    assert "Penta 1" in answer.content.decode()
    assert "PENTA 1" not in answer.content.decode()


def test_a_proposal_that_no_longer_fits_is_said_otherwise_by_its_author(
    hub: Hub,
) -> None:
    district = hub.places("district")[0].place_id
    author = hub.user("district_manager", district)
    told_then = [{"code": "correction_of_several", "where": {}, "values": {}}]
    one = made(hub, by=author.username, state="unfit", problems=told_then)
    client = hub.browser("district_manager", district)
    page = client.get(f"/corrections/{one.pk}").content.decode()
    assert f"/corrections/{one.pk}/change" in page
    assert "--sex" not in page
    changed = change(client, one, sex="female", age="0_11m")
    assert changed.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.sex, one.problems) == ("proposed", "female", [])
    row = AuditRow.objects.get(about=f"correction {one.pk}")
    assert (row.before["state"], row.after["state"]) == ("unfit", "proposed")


def test_who_changed_a_proposal_of_somebody_else_does_not_decide_it(hub: Hub) -> None:
    one = made(hub, state="unfit")
    analyst = hub.browser("analyst")
    assert change(analyst, one, sex="female", age="0_11m").status_code == 302
    assert decide(analyst, one, "accept").status_code == 403
    assert decide(hub.browser("administrator"), one, "accept").status_code == 200
    one.refresh_from_db()
    assert one.state == "accepted"


def test_a_proposal_is_changed_by_nobody_else_and_not_after_a_decision(
    hub: Hub,
) -> None:
    one = made(hub)
    neighbour = hub.browser("district_manager", hub.places("district")[0].place_id)
    assert change(neighbour, one, sex="female", age="0_11m").status_code == 403
    decide(hub.browser("analyst"), one, "accept")
    assert change(hub.browser("administrator"), one).status_code == 403
    one.refresh_from_db()
    assert (one.state, one.sex) == ("accepted", "")


def change(client: Client, one: Correction, **more: str) -> Any:
    one.refresh_from_db()
    given = {
        **{"place": one.place_id, "element": "DTP1", "period": "2024-03"},
        **{"action": "replace", "value": "12", "reason": REASON},
        **{"version": str(one.version), **more},
    }
    return client.post(f"/corrections/{one.pk}/change", given)


def test_a_place_that_is_not_ones_own_is_named_as_the_reason(hub: Hub) -> None:
    own, other = hub.places("district")[:2]
    client = hub.browser("district_manager", own.place_id)
    answer = propose(client, other.place_id)
    page = unescape(answer.content.decode())
    assert answer.status_code == 403
    assert f"{other.name} ne fait pas partie de {own.name}" in page
    assert REASON in page


def test_a_hidden_place_is_answered_like_one_that_does_not_exist(hub: Hub) -> None:
    client = hub.browser("district_manager", hub.places("district")[1].place_id)
    hidden = hub.places("area")[0]
    pages = [propose(client, text) for text in (hidden.place_id, "nowherenowh")]
    told = [
        unescape(page.content.decode()).replace(text, "X")
        for page, text in zip(pages, (hidden.place_id, "nowherenowh"), strict=True)
    ]
    wrongs = [re.findall(r'class="wrong".*?</div>', one, re.S) for one in told]
    assert wrongs[0] == wrongs[1] != []
    assert [page.status_code for page in pages] == [400, 400]


def test_what_became_of_it_comes_before_a_missing_reason(hub: Hub) -> None:
    one = made(hub)
    decide(hub.browser("analyst"), one, "accept")
    late = {"version": 1, "decision": ""}
    answer = hub.browser("administrator").post(f"/corrections/{one.pk}/reject", late)
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert "analyst-all a déjà accepté cette correction" in page
    assert "Le motif manque" not in page
    assert "Comparez" not in page
    assert f"/corrections/{one.pk}/withdraw" in page
    own = hub.browser("analyst").post(f"/corrections/{one.pk}/reject", late)
    assert "dans une autre fenêtre" in unescape(own.content.decode())


def test_a_number_too_large_for_doses_is_called_so(hub: Hub) -> None:
    answer = propose(hub.browser("analyst"), area_of(hub), value="9" * 20)
    assert "trop grande" in answer.content.decode()


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
