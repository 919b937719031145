"""A month typed by a team: kept, checked, sent, in the figures, taken back."""

import re
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from boloci import pipeline
from boloci.hub import current, reading, rights
from boloci.hub.grid import actions, records
from boloci.hub.grid.entered import Entered
from boloci.hub.grid.form import form_of
from boloci.hub.grid.models import Month
from boloci.hub.imports.models import Publication
from boloci.hub.people.models import AuditRow
from boloci.lake import snapshots
from boloci.problems import Refused
from boloci.published import PlaceRow
from tests.hub.conftest import Hub

MONTH = "202403"


def area(hub: Hub, at: int = 0) -> PlaceRow:
    return hub.places("area")[at]


def address(place: PlaceRow, **more: str) -> str:
    told = "".join(f"&{name}={value}" for name, value in more.items())
    return f"/imports/grid?place={place.place_id}&period={MONTH}{told}"


def typist(hub: Hub, place: PlaceRow) -> Client:
    return hub.browser("vaccinator", place.place_id)


def version(page: str) -> str:
    return re.findall(r'name="version" value="(\d+)"', page)[0]


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', page)[0]


def post(client: Client, place: PlaceRow, do: str = "keep", **boxes: str) -> Any:
    """Send the form as it stands, with some boxes changed."""
    page = client.get(address(place)).content.decode()
    fields = {f"n.{key.replace('_', '.')}": text for key, text in boxes.items()}
    return client.post(
        address(place), {"do": do, "version": version(page), **fields}, follow=True
    )


def sure(client: Client, place: PlaceRow, **boxes: str) -> Any:
    """Send a month in spite of its doubts, having seen them."""
    answer = post(client, place, "send", **boxes)
    page = answer.content.decode()
    if "Checked" not in page and "Vérifié" not in page:
        return answer
    fields = {f"n.{key.replace('_', '.')}": text for key, text in boxes.items()}
    told = {"do": "send", "version": version(page), "seen": seen(page)}
    return client.post(address(place), {**told, **fields}, follow=True)


def told(place: PlaceRow, code: str = "DTP1") -> float | None:
    """Doses of a place in the month, as published."""
    counts = reading.month_counts(rights.EVERYTHING, place)
    return counts.get((code, "target", int(MONTH)), (None,))[0]


def test_the_form_has_the_lines_of_the_schedule_and_the_numbers_known(hub: Hub) -> None:
    place = area(hub)
    page = typist(hub, place).get(address(place)).content.decode()
    assert "Penta 1" in page
    known = re.findall(r'name="n\.DTP1\.(?:female|both)\.due" value="(\d*)"', page)
    assert known
    assert "RR 2" in page


@pytest.mark.usefixtures("at_once")
def test_a_month_is_kept_sent_published_and_taken_back(own_hub: Hub) -> None:
    place = area(own_hub)
    client = typist(own_hub, place)
    before = told(place, "HPV1")
    post(client, place, HPV1_both_due="7")
    draft = Month.objects.get()
    assert (draft.state, draft.cells) == ("draft", {"HPV1.both.due": "7"})
    assert told(place, "HPV1") == before

    sure(client, place, HPV1_both_due="7")
    draft.refresh_from_db()
    assert draft.state == "sent"
    assert told(place, "HPV1") == 7
    kept = snapshots.snapshots(own_hub.workspace.lake)[-1]
    assert kept.id == draft.snapshot
    assert kept.by == f"hub:grid vaccinator-{place.place_id}".lower()
    assert "saisie" in kept.files[0].name

    client.post(f"/imports/grid/{draft.pk}/back", {"version": draft.version})
    assert told(place, "HPV1") == before
    done = set(AuditRow.objects.values_list("action", flat=True))
    assert {"begin_month", "send_month", "import", "take_month_back"} <= done


@pytest.mark.usefixtures("at_once")
def test_a_month_typed_for_a_place_that_was_silent_is_a_report_received(
    own_hub: Hub,
) -> None:
    month, place = silent(own_hub)
    assert received(place, month) == 0
    kept = actions.save(
        by=own_hub.user("vaccinator", place.place_id),
        place_id=place.place_id,
        period=str(month),
        cells={},
        version=0,
    )
    row = {"element": "DTP1", "place_id": place.place_id, "period": str(month)}
    more = {"sex": "", "age": "0_11m", "strategy": "", "value": "12"}
    actions.send(
        by=own_hub.user("vaccinator", place.place_id),
        month=kept,
        version=kept.version,
        rows=[row | more],
    )
    assert received(place, month) == 1
    first, on_time = current.current().rows(
        "SELECT first_received, on_time FROM reports r"
        " JOIN place p ON p.place_key = r.place WHERE p.place_id = ? AND period = ?",
        [place.place_id, month],
    )[0]
    assert (first, on_time) == (0, 0)

    kept.refresh_from_db()
    actions.take_back(
        by=own_hub.user("vaccinator", place.place_id), month=kept, version=kept.version
    )
    assert received(place, month) == 0


def silent(hub: Hub) -> tuple[int, PlaceRow]:
    """A month and an area of which no report came."""
    month, place_id = current.current().rows(
        "SELECT period, place_id FROM reports r JOIN place p ON p.place_key = r.place"
        " WHERE p.level = 'area' AND received = 0 AND period % 100 BETWEEN 1 AND 12"
        " ORDER BY period DESC, place_id"
    )[0]
    return month, next(p for p in hub.places("area") if p.place_id == place_id)


def received(place: PlaceRow, month: int) -> float:
    """Reports of a place and month that came, as published."""
    asked = {"indicator": "completeness", "place": place.place_id}
    found = reading.facts(rights.EVERYTHING, **asked, period=str(month)).to_pylist()
    return found[0]["numerator"]


@pytest.mark.usefixtures("at_once")
def test_a_number_typed_back_to_an_earlier_one_counts_again(own_hub: Hub) -> None:
    place = area(own_hub)
    client = typist(own_hub, place)
    for number in ("7", "9", "7"):
        sure(client, place, HPV1_both_due=number)
    assert told(place, "HPV1") == 7


@pytest.mark.usefixtures("at_once")
def test_girls_and_boys_typed_apart_make_the_total(own_hub: Hub) -> None:
    place = area(own_hub)
    client = typist(own_hub, place)
    page = client.get(address(place, split="apart")).content.decode()
    boxes = {"n.HPV1.female.due": "8", "n.HPV1.male.due": "0"}
    sent = {"do": "send", "version": version(page), **boxes}
    client.post(address(place, split="apart"), sent)
    counts = reading.month_counts(rights.EVERYTHING, place)
    assert counts["HPV1", "target", int(MONTH)] == (8, 8, 0)


@pytest.mark.usefixtures("at_once")
def test_one_sex_left_blank_leaves_the_total_unknown(own_hub: Hub) -> None:
    place = area(own_hub)
    client = typist(own_hub, place)
    url = address(place, split="apart")
    page = client.get(url).content.decode()
    sent = {"do": "send", "version": version(page), "n.HPV1.female.due": "8"}
    doubtful = client.post(url, sent, follow=True).content.decode()
    assert "Le total restera inconnu" in doubtful
    again = {**sent, "version": version(doubtful), "seen": seen(doubtful)}
    client.post(url, again)
    counts = reading.month_counts(rights.EVERYTHING, place)
    assert counts["HPV1", "target", int(MONTH)] == (None, 8, None)


def months_known(place: PlaceRow) -> int:
    """In how many months a place reported first doses."""
    counts = reading.month_counts(rights.EVERYTHING, place)
    kept = [c for (code, _variant, _m), c in counts.items() if code == "DTP1"]
    return sum(told[0] is not None for told in kept)


def test_what_is_far_from_the_places_own_months_is_told_before_it_is_sent(
    hub: Hub,
) -> None:
    place = max(hub.places("area"), key=months_known)
    client = typist(hub, place)
    page = client.get(address(place)).content.decode()
    keys = re.findall(r'name="n\.(DTP1\.\w+\.due)"', page)
    boxes = {f"n.{key}": "900" for key in keys}
    sent = {"do": "send", "version": version(page), **boxes}
    answer = client.post(address(place), sent, follow=True).content.decode()
    assert "d'habitude environ" in answer.replace("&#39;", "'")
    assert Month.objects.get().state == "draft"


@pytest.mark.parametrize(
    "text", ["abc", "-3", "1,5", "1e9", "٣", "<b>1</b>", "99999999", "=1+1"]
)
def test_what_is_no_whole_number_is_kept_and_not_sent(hub: Hub, text: str) -> None:
    place = area(hub)
    answer = post(typist(hub, place), place, "send", HPV1_both_due=text)
    page = answer.content.decode()
    assert "nombre entier" in page
    assert "<b>1</b>" not in page
    assert Month.objects.get().state == "draft"
    assert Month.objects.get().cells["HPV1.both.due"] == text


def test_an_emptied_box_takes_nothing_back_and_says_so(hub: Hub) -> None:
    place = next(p for p in hub.places("area") if told(p, "OPV0") is not None)
    page = post(typist(hub, place), place, "send", OPV0_both_due="")
    assert "ne retire rien" in page.content.decode()


def test_the_second_of_two_on_one_month_is_told_and_loses_nothing(hub: Hub) -> None:
    place = area(hub)
    district = place.path.split("/")[-2]
    one, other = typist(hub, place), hub.browser("district_manager", district)
    page = other.get(address(place)).content.decode()
    post(one, place, HPV1_both_due="7")
    fields = {"do": "keep", "version": version(page), "n.HPV1.both.due": "8"}
    answer = other.post(address(place), fields)
    told_so = answer.content.decode()
    assert answer.status_code == 409
    assert 'name="n.HPV1.both.due" value="8"' in told_so
    assert "Vaccinator" in told_so or "vaccinator" in told_so
    assert Month.objects.get().cells == {"HPV1.both.due": "7"}
    other.post(address(place), {**fields, "version": version(told_so)})
    assert Month.objects.get().cells == {"HPV1.both.due": "8"}


def test_nothing_typed_is_no_draft(hub: Hub) -> None:
    place = area(hub)
    answer = post(typist(hub, place), place, "send")
    assert answer.status_code == 400
    assert not Month.objects.exists()


def test_somebody_elses_place_answers_as_if_it_did_not_exist(hub: Hub) -> None:
    own, other = area(hub), area(hub, -1)
    client = typist(hub, own)
    for place_id in (other.place_id, "nowhere"):
        url = f"/imports/grid?place={place_id}&period={MONTH}"
        assert client.get(url).status_code == 404
        assert client.post(url, {"n.DTP1.both.due": "1"}).status_code == 404
    assert not Month.objects.exists()


def test_who_may_not_type_is_refused(hub: Hub) -> None:
    place = area(hub)
    for role in ("viewer", "coach", "logistics"):
        client = hub.browser(role, place.place_id)
        assert client.get(address(place)).status_code == 403, role
        assert client.post(address(place)).status_code == 403, role
    assert hub.browser().get(address(place)).status_code == 302
    with pytest.raises(PermissionDenied, match="type_month"):
        actions.save(
            by=hub.user("viewer", place.place_id),
            place_id=place.place_id,
            period=MONTH,
            cells={},
            version=0,
        )


def test_another_persons_month_is_neither_discarded_nor_taken_back(hub: Hub) -> None:
    place = area(hub)
    post(typist(hub, place), place, HPV1_both_due="7")
    draft = Month.objects.get()
    stranger = typist(hub, area(hub, -1))
    for what in ("discard", "back"):
        url = f"/imports/grid/{draft.pk}/{what}"
        assert stranger.post(url, {"version": 1}).status_code == 404
    draft.refresh_from_db()
    assert draft.state == "draft"


@pytest.mark.parametrize("period", ["209912", "2024Q1", "2024", "abc", "202413", "%00"])
def test_what_is_no_month_to_type_is_refused(hub: Hub, period: str) -> None:
    place = area(hub)
    url = f"/imports/grid?place={place.place_id}&period={period}"
    assert typist(hub, place).get(url).status_code == 400


def test_a_month_to_come_is_refused_by_the_action_too(hub: Hub) -> None:
    with pytest.raises(Refused):
        actions.save(
            by="a test",
            place_id=area(hub).place_id,
            period="209912",
            cells={"DTP1.both.due": "1"},
            version=0,
        )


def test_a_person_with_one_place_need_not_choose(hub: Hub) -> None:
    place = area(hub)
    page = typist(hub, place).get("/imports/grid").content.decode()
    assert place.name in page
    assert "n.DTP1" in page


def test_a_district_manager_chooses_among_the_areas_of_the_district(hub: Hub) -> None:
    district = hub.places("district")[0]
    user = hub.user("district_manager", district.place_id)
    typable = {place.place_id for place in records.typable(user)}
    inside = {
        p.place_id for p in hub.places("area") if district.place_id in p.path.split("/")
    }
    assert typable == inside
    client = hub.browser("district_manager", district.place_id)
    page = client.get("/imports/grid").content.decode()
    assert all(place_id in page for place_id in inside)


def test_the_empty_paper_form_holds_no_number(hub: Hub) -> None:
    place = area(hub)
    page = typist(hub, place).get(address(place, paper="yes")).content.decode()
    assert not re.findall(r'name="n\.[^"]*" value="\d', page)


def test_a_sending_that_fails_leaves_the_draft_and_says_why(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    from boloci.hub.grid import work
    from boloci.problems import refuse

    def full(*_given: Any, **_more: Any) -> None:
        raise refuse("disk_full", folder="w")

    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
    }
    monkeypatch.setattr(work.pipeline, "import_files", full)
    place = area(hub)
    sure(typist(hub, place), place, HPV1_both_due="7")
    draft = Month.objects.get()
    assert (draft.state, draft.cells) == ("draft", {"HPV1.both.due": "7"})
    assert draft.problems
    assert not Publication.objects.exists()


def test_a_refused_sending_is_a_page_of_its_own_that_can_be_gone_back_to(
    hub: Hub,
) -> None:
    place = area(hub)
    client = typist(hub, place)
    page = client.get(address(place)).content.decode()
    sent = {"do": "send", "version": version(page), "n.HPV1.both.due": "abc"}
    answer = client.post(address(place), sent)
    assert answer.status_code == 302
    shown = client.get(answer["Location"]).content.decode()
    assert 'name="n.HPV1.both.due" value="abc"' in shown
    assert "Pas envoyé" in shown
    assert "Pas envoyé" not in client.get(address(place)).content.decode()


@pytest.mark.parametrize("digits", ["1" * 8, "12345678901234567890", "7" * 200])
def test_a_number_too_long_for_a_box_is_refused_in_words(hub: Hub, digits: str) -> None:
    place = area(hub)
    page = post(typist(hub, place), place, "send", HPV1_both_due=digits)
    told = page.content.decode()
    assert "maxlength" not in told.partition("<table")[2].partition("</table>")[0]
    kept = Month.objects.get().cells["HPV1.both.due"]
    assert kept == digits or kept.endswith("…"), "nothing is cut in silence"
    assert "nombre entier" in told


def tidy(hub: Hub, *lines: str) -> None:
    """A file of values brought and published."""
    header = "element,place_id,period,sex,age,strategy,value"
    path = hub.workspace.root / f"more {len(lines)} {abs(hash(lines))}.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    pipeline.import_files(hub.workspace, [path], format="tidy", by="a test")
    pipeline.build(hub.workspace)


def test_a_known_total_is_shown_beside_girls_and_boys_that_are_blank(
    own_hub: Hub,
) -> None:
    place = area(own_hub)
    tidy(own_hub, f"HPV1,{place.place_id},{MONTH},,,,31")
    page = typist(own_hub, place).get(address(place, split="apart")).content.decode()
    boxes = page.partition('name="n.HPV1.female.due"')[2].partition("</tr>")[0]
    assert "connu : 31" in boxes.replace("\xa0", " ").replace("\u202f", " ")
    assert 'value="31"' not in boxes


def test_a_box_shows_no_zero_that_nobody_reported(own_hub: Hub) -> None:
    place = max(own_hub.places("area"), key=months_known)
    month = "202502"
    silent = reading.month_counts(rights.EVERYTHING, place)
    assert ("DTP1", "target", int(month)) not in silent, "no file has this month"
    tidy(own_hub, f"DTP1,{place.place_id},{month},,,,31")
    url = f"/imports/grid?place={place.place_id}&period={month}&split=together"
    page = typist(own_hub, place).get(url).content.decode()
    assert 'name="n.DTP1.both.due" value="31"' in page
    assert 'name="n.DTP1.both.older" value="0"' not in page
    assert 'name="n.DTP1.both.older" value=""' in page


def test_older_children_that_a_source_tells_as_none_are_a_zero(own_hub: Hub) -> None:
    place = max(own_hub.places("area"), key=months_known)
    month, where = "202502", f"DTP1,{place.place_id},202502"
    tidy(own_hub, f"{where},,0_11m,,31", f"{where},,12m_plus,,0")
    url = f"/imports/grid?place={place.place_id}&period={month}&split=together"
    page = typist(own_hub, place).get(url).content.decode()
    assert 'name="n.DTP1.both.older" value="0"' in page


def test_a_column_without_a_number_has_no_sum(hub: Hub) -> None:
    empty = Entered(form_of({}, int(MONTH)), int(MONTH), {})
    assert empty.column("") is None


@pytest.mark.usefixtures("at_once")
def test_what_a_later_import_replaced_is_not_called_in_the_figures(
    own_hub: Hub,
) -> None:
    place = area(own_hub)
    client = typist(own_hub, place)
    sure(client, place, HPV1_both_due="190")
    assert "dans les chiffres" in client.get(address(place)).content.decode()
    tidy(own_hub, f"HPV1,{place.place_id},{MONTH},,,,19")
    page = client.get(address(place)).content.decode()
    assert 'name="n.HPV1.both.due" value="19"' in page
    assert "remplacé depuis par un import plus récent" in page
    assert "190 envoyés, 19 comptent" in page
    assert "; dans les chiffres" not in page.replace("\xa0", "").replace(" ;", ";")


def test_oneself_in_another_window_is_called_so(hub: Hub) -> None:
    place = area(hub)
    client = typist(hub, place)
    page = client.get(address(place)).content.decode()
    post(client, place, HPV1_both_due="7")
    fields = {"do": "keep", "version": version(page), "n.HPV1.both.due": "8"}
    answer = client.post(address(place), fields)
    told_so = answer.content.decode()
    assert answer.status_code == 409
    assert "dans une autre fenêtre" in told_so
    assert "Quelqu" not in told_so.partition("<main")[2]


def test_nothing_to_compare_is_promised_where_the_month_was_sent_meanwhile(
    hub: Hub,
) -> None:
    place = area(hub)
    client = typist(hub, place)
    post(client, place, HPV1_both_due="7")
    page = client.get(address(place)).content.decode()
    Month.objects.update(state="discarded")
    fields = {"do": "keep", "version": version(page), "n.HPV1.both.due": "8"}
    answer = client.post(address(place), fields)
    told_so = answer.content.decode()
    assert answer.status_code == 409
    assert "Comparez" not in told_so
    assert "mis de côté entre-temps" in told_so
    assert 'name="n.HPV1.both.due" value="8"' in told_so
