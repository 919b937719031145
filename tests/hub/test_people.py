"""Users and roles, the own account, keys, the audit, the demo's people."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone, translation

from boloci.hub.people import actions, passwords, tokens
from boloci.hub.people.audit_page import changes
from boloci.hub.people.demo import make_people
from boloci.hub.people.landing import landing
from boloci.hub.people.models import (
    ROLES,
    SEE_EVERYTHING,
    ApiToken,
    AuditRow,
    User,
)
from boloci.problems import Refused
from tests.hub.conftest import PASSWORD, Hub


@pytest.fixture
def office(hub: Hub) -> Client:
    return hub.browser("administrator")


def form(user: User, **changed: str) -> dict[str, object]:
    """The form of a person's page as a browser sends it."""
    return {
        "name": user.name,
        "role": user.role,
        "place_id": user.place_id,
        "language": user.language,
        "version": user.version,
        **changed,
    }


def test_a_person_is_added_with_a_password_that_is_shown_once(hub, office) -> None:
    place = hub.places("district")[0]
    sent = {
        "username": "Awa",
        "name": "Awa Traoré",
        "role": "coach",
        "place_id": place.name,
    }
    page = office.post("/people/add", {**sent, "language": ""})
    username, password = re.findall(r'"secret">([^<]+)<', page.content.decode())
    made = User.objects.get(username="awa")
    assert (username, made.place_id, made.must_change) == ("awa", place.place_id, True)
    assert made.check_password(password)
    assert password not in office.get(f"/people/{made.pk}").content.decode()


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("username", "a b", "ne peut pas servir"),
        ("username", "administrator-all", "Il y a déjà"),
        ("place_id", "Nulle part", "ne s'appelle"),
        ("role", "roi", "roi"),
        ("place_id", "", "Ce rôle écrit pour un lieu\u00a0: il faut dire lequel."),
    ],
)
def test_a_wrong_field_is_told_and_the_rest_is_kept(office, field, given, said) -> None:
    sent = {"username": "awa", "name": "Awa T.", "role": "coach", "place_id": "Mali"}
    page = office.post("/people/add", {**sent, "language": "", field: given})
    assert page.status_code == 400
    text = page.content.decode().replace("&#39;", "'")
    assert said in text
    assert 'value="Awa T."' in text


def test_who_works_in_the_whole_country_is_given_its_name(hub: Hub, office) -> None:
    country = hub.places("country")[0]
    user = hub.user("coach", hub.places("district")[0].place_id)
    assert office.post(f"/people/{user.pk}", form(user, place_id="")).status_code == 400
    office.post(f"/people/{user.pk}", form(user, place_id=country.place_id))
    user.refresh_from_db()
    assert user.place_id == country.place_id


def test_a_group_is_no_place_of_work(hub: Hub) -> None:
    group = hub.places("group")[0]
    with pytest.raises(Refused) as told:
        hub.user("coach", group.place_id)
    assert told.value.problems[0].code == "place_is_group"


def test_the_second_of_two_who_change_a_person_is_told_and_loses_nothing(hub, office):
    user = hub.user("coach", hub.places("district")[0].place_id)
    first, second = form(user, name="Awa Première"), form(user, name="Awa Seconde")
    assert office.post(f"/people/{user.pk}", first).status_code == 302
    page = office.post(f"/people/{user.pk}", second)
    assert page.status_code == 409
    text = page.content.decode()
    assert 'value="Awa Seconde"' in text
    assert "Awa Première" in text
    user.refresh_from_db()
    assert user.name == "Awa Première"
    again = {**second, "version": user.version}
    assert office.post(f"/people/{user.pk}", again).status_code == 302


def test_signs_that_no_screen_shows_are_left_out_of_names(hub, office) -> None:
    user = hub.user("viewer")
    office.post(f"/people/{user.pk}", form(user, name="Awa\x00\n Traoré\u202e"))
    user.refresh_from_db()
    assert user.name == "Awa Traoré"
    assert office.get("/audit?by=%00&about=%00").status_code == 200


def test_html_in_a_name_is_text(hub: Hub, office: Client) -> None:
    user = hub.user("viewer")
    office.post(f"/people/{user.pk}", form(user, name="<script>alert(1)</script>"))
    for page in ("/people", f"/people/{user.pk}", "/audit"):
        assert "<script>" not in office.get(page).content.decode()


def test_a_formula_in_a_name_is_text_in_the_csv(hub: Hub, office: Client) -> None:
    user = hub.user("viewer")
    office.post(f"/people/{user.pk}", form(user, name="=1+1"))
    assert "\n=1+1" not in office.get("/people.csv").content.decode()


def test_people_are_found_by_name_role_and_state(hub: Hub, office: Client) -> None:
    coach = hub.user("coach", hub.places("district")[0].place_id)
    actions.close_user(by="a test", user=coach)
    assert coach.username not in office.get("/people").content.decode()
    assert coach.username in office.get("/people?state=closed").content.decode()
    assert "Personne ne correspond" in office.get("/people?words=zz").content.decode()
    assert office.get("/people?role=king").status_code == 400


def test_a_search_of_people_ignores_accents_and_case(hub: Hub, office: Client) -> None:
    user = hub.user("viewer")
    office.post(f"/people/{user.pk}", form(user, name="Awa Traoré"))
    assert "Awa Traoré" in office.get("/people?words=TRAORE").content.decode()


def test_the_last_administrator_stays(hub: Hub, office: Client) -> None:
    last = User.objects.get(role="administrator")
    for act in ("close", "role"):
        answer = (
            office.post(f"/people/{last.pk}/close", {"version": last.version})
            if act == "close"
            else office.post(f"/people/{last.pk}", form(last, role="viewer"))
        )
        assert answer.status_code in (400, 409)
        assert "dernier administrateur" in answer.content.decode()
    last.refresh_from_db()
    assert (last.role, last.is_active) == ("administrator", True)


def test_everybody_changes_the_own_name_and_language_and_no_more(hub: Hub) -> None:
    browser = hub.browser("viewer")
    user = hub.user("viewer")
    sent = {"name": "Awa", "language": "en", "version": user.version, "role": "analyst"}
    browser.post("/account", sent)
    user.refresh_from_db()
    assert (user.name, user.language, user.role) == ("Awa", "en", "viewer")
    assert '<html lang="en">' in browser.get("/account").content.decode()
    assert browser.post("/account", sent).status_code == 409


def test_only_an_administrator_changes_people(hub: Hub) -> None:
    coach = hub.user("coach")
    with pytest.raises(PermissionDenied):
        actions.reset_password(by=coach, user=hub.user("viewer"))


def test_every_write_of_people_is_in_the_audit_without_passwords(hub, office) -> None:
    user = hub.user("coach")
    office.post(f"/people/{user.pk}", form(user, role="analyst"))
    page = office.post(f"/people/{user.pk}/password").content.decode()
    password = re.findall(r'"secret">([^<]+)<', page)[1]
    rows = AuditRow.objects.filter(about=f"user {user.pk}")
    assert [one.action for one in rows] == [
        "reset_password",
        "change_user",
        "make_user",
    ]
    changed = rows[1]
    assert (changed.before["role"], changed.after["role"]) == ("coach", "analyst")
    for url in ("/audit", "/audit.csv", "/audit.json"):
        text = office.get(url).content.decode()
        assert password not in text
        assert PASSWORD not in text


def test_the_audit_is_filtered_by_person_action_record_and_day(hub, office) -> None:
    user = hub.user("coach")
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    about = f"user {user.pk}"
    for query, count in (
        ({"about": about}, 1),
        ({"about": about, "by": "a test"}, 1),
        ({"about": about, "by": "nobody"}, 0),
        ({"about": about, "action": "make_user"}, 1),
        ({"about": about, "action": "close_user"}, 0),
        ({"about": about, "since": str(today), "until": str(today)}, 1),
        ({"about": about, "since": str(tomorrow)}, 0),
    ):
        rows = office.get("/audit.json", query).json()["tables"][0]["rows"]
        assert len(rows) == count, query
    assert office.get("/audit?since=yesterday").status_code == 400
    assert office.get("/audit?until=9999-12-31").status_code == 400


def test_the_audit_has_pages(hub: Hub, office: Client) -> None:
    user = hub.user("coach")
    for _time in range(60):
        actions.unlock_user(by="a test", user=user)
    first = office.get("/audit?action=unlock_user").content.decode()
    older = re.search(r'href="(\?[^"]+)" rel="next"', first).group(1)
    second = office.get("/audit" + older.replace("&amp;", "&")).content.decode()
    rows = [page.count('<th scope="row">') for page in (first, second)]
    assert rows == [50, 10]


def test_a_change_is_told_field_by_field(hub: Hub) -> None:
    one, other = ({"role": role, "name": "Awa"} for role in ("coach", "analyst"))
    told = changes("user 1", one, other)
    assert told == [("Rôle", "Accompagnateur", "Analyste")]


@pytest.mark.parametrize(
    ("language", "about", "before", "after", "told"),
    [
        (*("fr", "upload 3"), {"state": "understood"}, {"state": "keeping"},
         ("État", "lu ; attend votre décision", "en cours d'import")),
        (*("en", "upload 3"), {"state": "understood"}, {"state": "keeping"},
         ("State", "read; waiting for your decision", "being imported")),
        (*("fr", "month 1: A 202401"), {"state": "sent"}, {"state": "taken_back"},
         ("État", "envoyé", "repris")),
        (*("fr", "month 1: A 202401"), {}, {"cells": {"DTP1.female.": "12"}},
         ("nombres saisis", "", "Penta 1 (DTC 1), filles : 12")),
        (*("fr", "correction 1"), {"action": "replace"}, {"action": "drop"},
         ("Ce qui a été fait", "remplacé", "mis de côté")),
        (*("en", "action 1"), {"status": "open"}, {"status": "doing"},
         ("Where it stands", "to do", "under way")),
        (*("en", "group g"), {"kind": "study"}, {"kind": "project"},
         ("Kind", "study", "project")),
        (*("fr", "user 1"), {"language": "fr"}, {"language": "en"},
         ("Langue", "français", "English")),
    ],
)  # fmt: skip
def test_codes_before_and_after_are_told_in_words(
    hub: Hub, language, about, before, after, told
) -> None:
    with translation.override(language):
        ((*said,),) = changes(about, before, after)
    assert [one.replace("\u00a0", " ") for one in said] == list(told)


def test_a_key_is_shown_once_and_kept_as_a_hash(hub: Hub) -> None:
    browser = hub.browser("coach")
    page = browser.post("/account/tokens", {"name": "R", "days": "30"})
    text = re.search(r'"secret">(boloci_[^<]+)<', page.content.decode()).group(1)
    assert tokens.owner(text) == hub.user("coach")
    assert text not in browser.get("/account").content.decode()
    kept = ApiToken.objects.get()
    assert text not in (kept.digest, kept.name)
    assert "digest" not in AuditRow.objects.first().after


@pytest.mark.parametrize("days", ["", "0", "99999999999", "-1", "x"])
def test_a_key_lives_as_long_as_one_of_the_choices(hub: Hub, days: str) -> None:
    answer = hub.browser("coach").post("/account/tokens", {"name": "R", "days": days})
    assert answer.status_code == 400


def test_a_key_ends_by_revoking_by_expiry_and_with_its_owner(hub: Hub) -> None:
    coach, viewer = hub.user("coach"), hub.user("viewer")
    (first, one), (_second, two), (_third, three) = (
        tokens.make(by=coach, name="a", days=30),
        tokens.make(by=coach, name="b", days=30),
        tokens.make(by=viewer, name="c", days=30),
    )
    hub.browser("coach").post(f"/account/tokens/{first.pk}")
    assert tokens.owner(one) is None
    ApiToken.objects.filter(name="b").update(expires=timezone.now())
    assert tokens.owner(two) is None
    actions.close_user(by="a test", user=viewer)
    assert tokens.owner(three) is None
    assert tokens.owner("boloci_made_up") is None


def test_nobody_revokes_anothers_key(hub: Hub) -> None:
    token, text = tokens.make(by=hub.user("coach"), name="a", days=30)
    answer = hub.browser("viewer").post(f"/account/tokens/{token.pk}")
    assert answer.status_code == 404
    assert tokens.owner(text)


def test_new_passwords_are_strong_and_differ(hub: Hub) -> None:
    made = {passwords.spoken() for _time in range(200)}
    assert len(made) == 200
    assert all(passwords.checked(one, User(username="awa")) for one in made)


def test_each_role_lands_on_its_own_page(hub: Hub) -> None:
    district = hub.places("district")[0].place_id
    area = next(a.place_id for a in hub.places("area") if district in a.path)
    assert landing(hub.user("district_manager", district)) == f"/place/{district}"
    assert landing(hub.user("coach", district)) == f"/place/{district}"
    assert landing(hub.user("vaccinator", area)) == f"/place/{area}"
    assert landing(hub.user("viewer")) == "/"
    assert landing(hub.user("analyst")) == "/"


def test_the_page_that_each_role_lands_on_is_there(hub: Hub) -> None:
    district = hub.places("district")[0].place_id
    for role in ROLES:
        browser = hub.browser(role, "" if role in SEE_EVERYTHING else district)
        assert browser.get("/home", follow=True).status_code == 200, role


def test_the_demo_has_a_person_for_each_role_with_new_passwords_each_time(hub) -> None:
    first, second = make_people(), make_people()
    assert {one.role for one in first} == set(dict.fromkeys(u.role for u in second))
    assert len({one.role for one in first}) == 7
    for old, new in zip(first, second, strict=True):
        user = User.objects.get(username=new.username)
        assert user.is_demo
        assert user.check_password(new.password)
        assert not user.check_password(old.password)
        answer = Client().post(
            "/sign-in", {"login": new.username, "password": new.password}
        )
        assert answer["Location"] == "/home"


def test_the_demos_accounts_are_not_served_to_a_network(hub: Hub) -> None:
    from boloci.hub import serving

    make_people()
    serving.safe_to_show("127.0.0.1")
    with pytest.raises(Refused):
        serving.safe_to_show("0.0.0.0")
    for user in User.objects.filter(is_demo=True):
        if user.role != "administrator":
            actions.close_user(by="a test", user=user)
    hub.user("administrator")
    actions.close_user(by="a test", user=User.objects.get(username="administrateur"))
    serving.safe_to_show("0.0.0.0")
