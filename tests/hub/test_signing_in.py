"""Signing in: lock-out, first password, second step, forms that a session's end cut."""

import datetime
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils import timezone

from boloci.hub.people import actions, lockout
from boloci.hub.people.models import AuditRow, User
from tests.hub.conftest import PASSWORD, Hub


@pytest.fixture
def awa(hub: Hub) -> User:
    return hub.user(
        "district_manager", hub.places("district")[0].place_id, username="awa"
    )


def sign_in(client: Client, name: str = "awa", password: str = PASSWORD, **more):
    return client.post("/sign-in", {"login": name, "password": password, **more})


def code_now(secret: str) -> str:
    """The code that a telephone shows now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_a_person_signs_in_and_lands_on_the_own_page(awa: User) -> None:
    answer = sign_in(Client())
    assert (answer.status_code, answer["Location"]) == (302, "/home")


def test_the_user_name_may_be_written_in_capitals(awa: User) -> None:
    assert sign_in(Client(), " AWA ").status_code == 302


def test_a_wrong_password_is_told_in_french_without_telling_who_exists(awa) -> None:
    known = sign_in(Client(), "awa", "faux").content.decode()
    unknown = sign_in(Client(), "personne", "faux").content.decode()
    said = "Le nom d&#39;utilisateur ou le mot de passe n&#39;est pas juste."
    assert said in known
    assert said in unknown


def test_five_wrong_passwords_lock_the_account_even_for_the_right_one(awa) -> None:
    for name in ("awa", "AWA", " awa", "Awa", "aWa"):
        sign_in(Client(), name, "faux")
    answer = sign_in(Client())
    assert answer.status_code == 429
    assert "Trop de mots de passe erronés" in answer.content.decode()


def test_the_lock_of_one_account_leaves_the_others_open(hub: Hub, awa: User) -> None:
    hub.user("viewer", username="binta")
    for _try in range(6):
        sign_in(Client(), "awa", "faux")
    assert sign_in(Client(), "binta").status_code == 302


def test_a_lock_ends_after_a_quarter_of_an_hour(awa: User) -> None:
    from axes.models import AccessAttempt

    for _try in range(6):
        sign_in(Client(), "awa", "faux")
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - datetime.timedelta(minutes=16)
    )
    assert sign_in(Client()).status_code == 302


def test_an_administrator_unlocks_an_account(hub: Hub, awa: User) -> None:
    for _try in range(5):
        sign_in(Client(), "awa", "faux")
    assert lockout.locked(["awa"]) == {"awa"}
    hub.browser("administrator").post(f"/people/{awa.pk}/unlock")
    assert sign_in(Client()).status_code == 302


def test_a_closed_account_is_told_so_and_stays_out(hub: Hub, awa: User) -> None:
    actions.close_user(by="a test", user=awa)
    browser = Client()
    answer = browser.post(
        "/sign-in", {"login": "awa", "password": PASSWORD}, follow=True
    )
    assert "Ce compte est fermé" in answer.content.decode()
    assert browser.get("/account").status_code == 302


def test_closing_an_account_ends_its_session_at_once(hub: Hub, awa: User) -> None:
    browser = Client()
    sign_in(browser)
    assert browser.get("/account").status_code == 200
    actions.close_user(by="a test", user=awa)
    assert browser.get("/account")["Location"].startswith("/sign-in")


def test_a_session_ends_after_a_working_day(awa: User) -> None:
    browser = Client()
    sign_in(browser)
    assert browser.session.get_expiry_age() <= 8 * 3600
    assert browser.session.get_expire_at_browser_close()


def test_a_given_password_must_be_changed_before_anything_else(hub, awa) -> None:
    given = actions.reset_password(by="a test", user=awa)
    browser = Client()
    sign_in(browser, password=given)
    for page in ("/", "/home", "/account"):
        assert browser.get(page)["Location"] == "/account/password"
    new = "quatre mots bien choisis"
    sent = {"old_password": given, "new_password": new, "again_password": new}
    assert browser.post("/account/password", sent)["Location"] == "/home"
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("court", "trop court"),
        ("1234567890123", "entièrement numérique"),
        ("motdepasse1", None),
        (PASSWORD, "déjà"),
    ],
)
def test_a_weak_password_is_refused_in_french(awa: User, new: str, said) -> None:
    browser = Client()
    sign_in(browser)
    sent = {"old_password": PASSWORD, "new_password": new, "again_password": new}
    answer = browser.post("/account/password", sent)
    if said is None:
        assert answer.status_code == 302
    else:
        assert answer.status_code == 400
        assert said in answer.content.decode()


def test_guessing_the_old_password_counts_as_wrong_passwords(awa: User) -> None:
    browser = Client()
    sign_in(browser)
    new = "quatre mots bien choisis"
    sent = {"old_password": "faux", "new_password": new, "again_password": new}
    said = [browser.post("/account/password", sent).status_code for _try in range(6)]
    assert said[0] == 400
    assert said[-1] == 429


def test_another_session_ends_when_the_password_changes(awa: User) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here)
    sign_in(elsewhere)
    new = "quatre mots bien choisis"
    here.post(
        "/account/password",
        {"old_password": PASSWORD, "new_password": new, "again_password": new},
    )
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_a_second_step_is_put_on_asked_for_and_taken_off(awa: User) -> None:
    browser = Client()
    sign_in(browser)
    again = browser.get("/account/second-step/on")
    assert again["Location"].startswith("/sign-in/again")
    browser.post("/sign-in/again", {"password": PASSWORD})
    page = browser.get("/account/second-step/on").content.decode()
    assert "code.svg" in page
    picture = browser.get("/account/second-step/code.svg")
    assert picture["Content-Type"] == "image/svg+xml"
    assert "style=" not in picture.content.decode()
    secret = browser.session["mfa.totp.secret"]
    wrong = browser.post("/account/second-step/on", {"code": "000000"})
    assert "Ce code n&#39;est pas juste" in wrong.content.decode()
    done = browser.post("/account/second-step/on", {"code": code_now(secret)})
    assert done["Location"] == "/account/second-step/codes"
    codes = re.findall(
        r'secret">([^<]+)<', browser.get(done["Location"]).content.decode()
    )
    assert len(codes) == 10

    other = Client()
    assert sign_in(other)["Location"] == "/sign-in/code"
    assert other.get("/account").status_code == 302
    assert other.post("/sign-in/code", {"code": codes[0]})["Location"] == "/home"
    assert other.get("/account").status_code == 200

    browser.post("/account/second-step/off")
    assert sign_in(Client())["Location"] == "/home"
    done = AuditRow.objects.filter(by="awa").values_list("action", flat=True)
    assert {"second_step_on", "second_step_off"} <= set(done)


def test_wrong_codes_lock_the_account_like_wrong_passwords(awa: User) -> None:
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(awa, "JBSWY3DPEHPK3PXP")
    browser = Client()
    sign_in(browser)
    said = [
        browser.post("/sign-in/code", {"code": "000000"}).status_code
        for _try in range(6)
    ]
    assert said[0] == 200
    assert said[-1] == 429
    right = browser.post("/sign-in/code", {"code": code_now("JBSWY3DPEHPK3PXP")})
    assert right.status_code == 429


def test_an_administrator_takes_off_the_second_step_of_a_lost_telephone(hub, awa):
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(awa, "JBSWY3DPEHPK3PXP")
    hub.browser("administrator").post(f"/people/{awa.pk}/second-step")
    assert not Authenticator.objects.filter(user=awa).exists()


def test_a_form_sent_after_the_session_ended_comes_back(hub: Hub, awa: User) -> None:
    browser = Client()
    sign_in(browser)
    version = awa.version
    browser.session.flush()
    sent = {"name": "Awa <b>Traoré</b>", "language": "fr", "version": version}
    asked = browser.post("/account", {**sent, "new_password": "secret-word"})
    page = asked.content.decode()
    assert asked.status_code == 403
    assert "n'est pas perdu" in page
    carried = re.search(r'name="kept" value="([^"]+)"', page).group(1)
    wrong = sign_in(browser, password="faux", kept=carried).content.decode()
    assert carried in wrong
    assert sign_in(browser, kept=carried)["Location"] == "/send-again"
    again = browser.get("/send-again").content.decode()
    assert "Awa &lt;b&gt;Traoré&lt;/b&gt;" in again
    assert "secret-word" not in again
    assert User.objects.get(pk=awa.pk).name != sent["name"]
    browser.post("/account", sent)
    assert User.objects.get(pk=awa.pk).name == sent["name"]


def test_a_form_too_long_to_be_kept_is_told_so(awa: User, monkeypatch) -> None:
    monkeypatch.setattr("boloci.hub.people.entrance.LONGEST_KEPT", 10)
    page = Client().post("/account", {"name": "Awa"}).content.decode()
    assert "trop long pour être gardé" in page
    assert 'name="kept"' not in page


def test_an_address_too_long_to_lead_back_to_leads_to_its_page(hub) -> None:
    answer = Client().get("/audit?by=" + "é" * 5000)
    assert answer["Location"] == "/sign-in?next=%2Faudit"


def test_words_that_another_put_into_the_kept_form_are_not_taken(awa: User) -> None:
    browser = Client()
    assert sign_in(browser, kept="made:up:words")["Location"] == "/home"


def test_a_form_from_before_the_last_sign_in_comes_back_too(awa: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(
        awa, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    sent = {"name": "Awa T.", "csrfmiddlewaretoken": "old"}
    own = browser.post("/account", sent, headers={"origin": "http://testserver"})
    assert own.status_code == 403
    assert "Awa T." in own.content.decode()
    foreign = browser.post("/account", sent, headers={"origin": "http://elsewhere"})
    assert foreign.status_code == 403
    assert "Awa T." not in foreign.content.decode()


def test_a_closed_workspace_asks_for_a_sign_in_on_every_page(hub, settings) -> None:
    from dataclasses import replace

    settings.WORKSPACE = replace(hub.workspace, public=False)
    assert Client().get("/")["Location"] == "/sign-in"
    assert Client().get("/overview")["Location"] == "/sign-in?next=%2Foverview"
    assert Client().get("/alive").status_code == 200


def test_nobody_is_led_to_another_site_after_signing_in(awa: User) -> None:
    for place in ("http://elsewhere.example/", "//elsewhere.example"):
        assert sign_in(Client(), next=place)["Location"] == "/home"
