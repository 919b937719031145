"""Comments and actions on figures: who writes, who reads, who is told."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from boloci.hub import current, reading
from boloci.hub.inbox import about, actions, records
from boloci.hub.inbox.models import Action, Comment
from boloci.hub.inbox.since_last_look import since_last_look
from boloci.hub.people.models import AuditRow
from boloci.hub.rights import EVERYTHING
from boloci.problems import Refused
from boloci.published import PlaceRow
from tests.hub.conftest import Hub

DUE = "2030-01-31"


@pytest.fixture
def here(hub: Hub) -> PlaceRow:
    return hub.places("district")[0]


@pytest.fixture
def chief(hub: Hub, here: PlaceRow) -> Client:
    return hub.browser("district_manager", here.place_id)


def noted(hub: Hub, here: PlaceRow, **changed: str) -> Action:
    """An action that the district's manager gave herself."""
    user = hub.user("district_manager", here.place_id)
    asked = {
        "subject": f"place:{here.place_id}",
        "place_id": here.place_id,
        "text": "Visiter les aires silencieuses",
        "owner": user.username,
        "due": DUE,
    }
    return actions.act(by=user, **{**asked, **changed})


def form(action: Action, **changed: str) -> dict[str, object]:
    """The form of an action as a browser sends it."""
    return {
        "version": action.version,
        "text": action.text,
        "owner": action.owner.username,
        "due": action.due.isoformat(),
        "status": action.status,
        "evidence": action.evidence,
        **changed,
    }


def area_of(hub: Hub, here: PlaceRow) -> PlaceRow:
    """The first area inside a place."""
    return next(a for a in hub.places("area") if here.place_id in a.path.split("/"))


def page(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_a_comment_stands_beside_its_page_and_in_the_audit(hub, here, chief) -> None:
    url = f"/place/{here.place_id}"
    sent = {"subject": f"place:{here.place_id}", "place_id": here.place_id}
    answer = chief.post("/inbox/comment", {**sent, "text": "Vu avec Awa", "next": url})
    assert (answer.status_code, answer["Location"]) == (302, url)
    assert "Vu avec Awa" in page(chief, url)
    row = AuditRow.objects.get(action="comment")
    assert row.place_id == here.place_id
    assert row.after["text"] == "Vu avec Awa"


def test_html_in_a_comment_is_text(hub, here, chief) -> None:
    sent = {"subject": f"place:{here.place_id}", "place_id": here.place_id}
    chief.post("/inbox/comment", {**sent, "text": "<script>x()</script> <b>gras</b>"})
    told = page(chief, f"/place/{here.place_id}")
    assert "&lt;script&gt;x()&lt;/script&gt; &lt;b&gt;gras&lt;/b&gt;" in told
    assert "<script>x()" not in told


def test_the_kept_body_holds_no_comment_for_another_reader(hub, here, chief) -> None:
    noted(hub, here, text="Entre nous")
    url = f"/place/{here.place_id}"
    other = hub.browser("district_manager", hub.places("district")[1].place_id)
    assert "Entre nous" in page(chief, url)
    assert "Entre nous" not in page(other, url)
    assert "Entre nous" not in page(hub.browser(), url)


def test_nobody_writes_outside_the_own_place_and_a_reader_nowhere(hub, here) -> None:
    other = hub.places("district")[1]
    asked = {"subject": f"place:{here.place_id}", "place_id": here.place_id}
    for role, place in (("district_manager", other), ("viewer", here)):
        user = hub.user(role, place.place_id)
        with pytest.raises(PermissionDenied):
            actions.comment(by=user, text="x", **asked)
    assert not Comment.objects.exists()


def test_a_place_that_may_not_be_seen_takes_no_comment_like_one_that_is_not(
    hub, here
) -> None:
    user = hub.user("district_manager", here.place_id)
    hidden = area_of(hub, hub.places("district")[1]).place_id
    for place_id in (hidden, "nowhere"):
        with pytest.raises(Http404):
            actions.comment(
                by=user, subject=f"place:{place_id}", place_id=place_id, text="x"
            )


@pytest.mark.parametrize(
    "subject", ["", "place:other", "chart:place/none", "finding:none", "indicator:none"]
)
def test_what_does_not_exist_takes_no_comment(hub, here, subject) -> None:
    user = hub.user("analyst")
    with pytest.raises(Http404):
        actions.comment(by=user, subject=subject, place_id=here.place_id, text="x")


def test_a_comment_on_every_subject_that_a_page_offers_can_be_written(
    hub, here
) -> None:
    user = hub.user("analyst")
    offered = [
        *about.of_place(EVERYTHING, here),
        *about.of_indicator("dtp1_coverage"),
    ]
    kinds = {subject.partition(":")[0] for subject, _label in offered}
    assert kinds == {"place", "chart", "finding", "indicator"}
    for subject, label in offered:
        made = actions.comment(
            by=user, subject=subject, place_id=here.place_id, text="x"
        )
        assert about.told(EVERYTHING, made.kind, made.key, made.place_id) == label


def test_a_comment_on_a_chart_of_an_indicator_stands_on_that_page_alone(
    hub, here, chief
) -> None:
    subject = "chart:indicator/dtp1_coverage/map"
    sent = {"subject": subject, "place_id": here.place_id, "text": "Trou au nord"}
    chief.post("/inbox/comment", sent)
    query = f"?level=area&inside={here.place_id}"
    assert "Trou au nord" in page(chief, f"/indicator/dtp1_coverage{query}")
    assert "Trou au nord" not in page(chief, f"/indicator/dtp3_coverage{query}")


def test_an_action_has_an_owner_who_works_for_the_place(hub, here) -> None:
    inside = hub.user("vaccinator", area_of(hub, here).place_id)
    elsewhere = hub.user("vaccinator", area_of(hub, hub.places("district")[1]).place_id)
    assert noted(hub, here, owner=inside.username).owner == inside
    with pytest.raises(Refused, match="owner_unfit"):
        noted(hub, here, owner=elsewhere.username)


@pytest.mark.parametrize(
    ("field", "given", "code"),
    [
        ("text", " \n ", "text_missing"),
        ("text", "x" * 2001, "text_too_long"),
        ("due", "demain", "day_unreadable"),
        ("owner", "nobody", "owner_unfit"),
    ],
)
def test_an_action_that_cannot_be_kept_is_refused_in_words(
    hub, here, field, given, code
) -> None:
    with pytest.raises(Refused, match=code):
        noted(hub, here, **{field: given})


def test_a_refused_form_comes_back_with_what_was_typed(hub, here, chief) -> None:
    sent = {"subject": f"place:{here.place_id}", "place_id": here.place_id}
    answer = chief.post(
        "/inbox/act", {**sent, "text": "Réparer le frigo", "owner": "x", "due": "2030"}
    )
    assert answer.status_code == 400
    assert "Réparer le frigo" in answer.content.decode()
    assert not Action.objects.exists()


def test_an_owner_reports_what_was_done(hub, here) -> None:
    area = area_of(hub, here)
    made = noted(hub, here, owner=hub.user("vaccinator", area.place_id).username)
    browser = hub.browser("vaccinator", area.place_id)
    url = f"/inbox/action/{made.pk}"
    browser.post(url, form(made, status="done", evidence="12 enfants vaccinés"))
    made.refresh_from_db()
    assert (made.status, made.evidence) == ("done", "12 enfants vaccinés")
    row = AuditRow.objects.get(action="change_action")
    assert (row.before["status"], row.after["status"]) == ("open", "done")


def test_the_second_of_two_editors_is_told_and_loses_nothing(hub, here, chief) -> None:
    made = noted(hub, here)
    url = f"/inbox/action/{made.pk}"
    first, second = form(made, text="Premier"), form(made, text="Second")
    assert chief.post(url, first).status_code == 302
    answer = chief.post(url, second)
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Premier" in told
    assert "Second" in told
    made.refresh_from_db()
    assert made.text == "Premier"
    chief.post(url, {**second, "version": made.version})
    made.refresh_from_db()
    assert made.text == "Second"


def test_an_action_of_another_district_is_not_there(hub, here) -> None:
    made = noted(hub, here)
    other = hub.browser("district_manager", hub.places("district")[1].place_id)
    url = f"/inbox/action/{made.pk}"
    assert other.get(url).status_code == 404
    assert other.post(url, form(made, text="x")).status_code == 404


def test_who_reads_an_action_and_may_not_write_cannot_change_it(hub, here) -> None:
    made = noted(hub, here)
    reader = hub.browser("viewer", here.place_id)
    url = f"/inbox/action/{made.pk}"
    assert reader.get(url).status_code == 200
    assert reader.post(url, form(made, text="x")).status_code == 403


def test_a_person_named_in_a_comment_reads_it_where_the_place_may_be_seen(
    hub, here
) -> None:
    chief = hub.user("district_manager", here.place_id)
    other = hub.user(
        "district_manager", hub.places("district")[1].place_id, username="awa"
    )
    area = area_of(hub, here)
    for place, seen in ((here, True), (area, False)):
        made = actions.comment(
            by=chief,
            subject=f"place:{place.place_id}",
            place_id=place.place_id,
            text="Qu'en dis-tu, @Awa ?",
        )
        assert (made in records.comments(other)) is seen


def test_what_is_past_its_day_is_overdue_until_it_is_done(hub, here) -> None:
    made = noted(hub, here, due="2020-01-31")
    assert made.due == datetime.date(2020, 1, 31)
    assert made.overdue
    made.status = "done"
    assert not made.overdue


def mark(hub: Hub, client: Client) -> None:
    """Press the button of the inbox, with what its page holds."""
    told = page(client, "/inbox")
    fields = re.findall(r'name="(build|until)" value="([^"]*)"', told)
    answer = client.post("/inbox/read", dict(fields))
    assert answer.status_code == 302


def test_who_never_looked_gets_the_gravest_findings_of_the_own_places(
    hub, here, chief
) -> None:
    rows = chief.get("/inbox.json?table=findings").json()["tables"][0]["rows"]
    own = {p.place_id for p in current.current().places if here.place_id in p.path}
    assert rows
    assert {row["place_id"] for row in rows} <= own


def test_of_findings_as_grave_the_latest_is_told_first(hub) -> None:
    chief = hub.user("district_manager", hub.places("district")[0].place_id)
    periods = [
        row["period"]
        for row in since_last_look(chief, "").findings.rows
        if row["severity"] == "warning"
    ]
    assert len(set(periods)) > 1
    assert [one[:4] for one in periods] == sorted(
        (one[:4] for one in periods), reverse=True
    )


def test_nothing_is_new_after_it_was_marked_as_read(hub, chief) -> None:
    mark(hub, chief)
    told = chief.get("/inbox.json?table=findings").json()["tables"][0]
    assert told["rows"] == []
    assert AuditRow.objects.filter(action="inbox_read").count() == 1


def test_a_comment_that_came_while_the_inbox_was_open_is_still_new(
    hub, here, chief
) -> None:
    told = page(chief, "/inbox")
    fields = dict(re.findall(r'name="(build|until)" value="([^"]*)"', told))
    comment_by_the_office(hub, here, "Entre-temps")
    chief.post("/inbox/read", fields)
    assert "Entre-temps" in page(chief, "/inbox")


def comment_by_the_office(hub: Hub, here: PlaceRow, text: str) -> Comment:
    return actions.comment(
        by=hub.user("analyst"),
        subject=f"place:{here.place_id}",
        place_id=here.place_id,
        text=text,
    )


def test_a_comment_of_another_is_new_until_it_is_read(hub, here, chief) -> None:
    user = hub.user("district_manager", here.place_id)
    comment_by_the_office(hub, here, "À revoir ensemble")
    assert records.waiting(user) == 1
    assert "À revoir ensemble" in page(chief, "/inbox")
    mark(hub, chief)
    assert records.waiting(user) == 0
    assert "À revoir ensemble" not in page(chief, "/inbox")
    assert "À revoir ensemble" in page(chief, "/inbox?shown=all")


def test_where_nobody_said_anything_new_one_question_tells_what_waits(
    hub, here, chief
) -> None:
    user = hub.user("district_manager", here.place_id)
    comment_by_the_office(hub, here, "À revoir ensemble")
    mark(hub, chief)
    with CaptureQueriesContext(connection) as asked:
        assert records.waiting(user) == 0
    assert len(asked) == 1


def test_what_a_person_says_does_not_wait_for_that_person(hub, here) -> None:
    comment_by_the_office(hub, here, "À revoir ensemble")
    assert records.waiting(hub.user("analyst")) == 0


def test_the_most_urgent_action_comes_first_and_waits_in_the_menu(
    hub, here, chief
) -> None:
    noted(hub, here, text="Plus tard")
    noted(hub, here, text="En retard", due="2020-01-31")
    told = page(chief, "/inbox")
    assert told.index("En retard") < told.index("Plus tard")
    assert "<strong>(1)" in page(chief, "/")
    rows = chief.get("/inbox.json?table=actions").json()["tables"][0]["rows"]
    assert [row["text"] for row in rows] == ["En retard", "Plus tard"]


def test_only_findings_that_the_earlier_figures_had_not_are_new(
    own_hub, monkeypatch
) -> None:
    user = own_hub.user("analyst")
    build = current.current().build
    every = reading.findings(EVERYTHING)
    told = [row for row in every.to_pylist() if row["rule"] != "look_first"]

    def read(scope, **asked):
        if asked.get("build") != build:
            return every
        gone = [row for row in every.to_pylist() if row not in told[:3]]
        return every.from_pylist(gone, schema=every.schema)

    monkeypatch.setattr("boloci.hub.inbox.since_last_look.reading.findings", read)
    found = since_last_look(user, build)
    assert found.compared
    assert found.count == 3


def test_figures_that_later_data_changed_are_told_before_and_after(
    own_hub, monkeypatch
) -> None:
    user = own_hub.user("analyst")
    build = current.current().build
    usual = reading.facts

    def read(scope, **asked):
        found = usual(scope, **{**asked, "build": None})
        if asked.get("build") != build:
            return found
        rows = found.to_pylist()
        rows[0]["value"] += 1000
        return found.from_pylist(rows, schema=found.schema)

    monkeypatch.setattr("boloci.hub.inbox.since_last_look.reading.facts", read)
    changed = since_last_look(user, build).changed.rows
    assert [row["before"] - row["value"] for row in changed] == [1000]


def test_a_build_that_is_no_longer_kept_is_compared_with_nothing(hub) -> None:
    assert not since_last_look(hub.user("analyst"), "000000-2020-01-01").compared


@pytest.mark.parametrize(
    "sent", [{}, {"until": "x"}, {"until": "2026-01-01", "build": "../x"}]
)
def test_a_forged_mark_is_refused(hub, chief, sent) -> None:
    assert chief.post("/inbox/read", sent).status_code in (400, 404)
    assert not AuditRow.objects.filter(action="inbox_read").exists()


def test_the_inbox_asks_for_a_sign_in(hub) -> None:
    answer = hub.browser().get("/inbox")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in")
