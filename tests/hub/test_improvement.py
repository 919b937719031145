"""Improvement projects: what people write about them, and who may."""

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client

from boloci.hub.improvement import actions, records
from boloci.hub.improvement.models import Cycle, Idea, Project, Recount, Site, Visit
from boloci.hub.people.models import AuditRow
from boloci.problems import Refused
from boloci.published import PlaceRow
from tests.hub.conftest import Hub

DAY = datetime.date(2024, 1, 1)
AIM = {
    "aim_indicator": "complete_immunisation",
    "aim_sex": "female",
    "aim_value": "80",
    "aim_day": "2025-12-31",
}


def district(hub: Hub, number: int = 0) -> PlaceRow:
    return hub.places("district")[number]


def area(hub: Hub, number: int = 0, *, inside: PlaceRow | None = None) -> PlaceRow:
    above = inside or district(hub)
    return [a for a in hub.places("area") if a.parent_id == above.place_id][number]


def begun(hub: Hub, **more: Any) -> Project:
    """A project of the first district."""
    place = more.pop("place", None) or district(hub)
    project = Project(
        place_id=place.place_id, name="Filles et garçons", problem="?", starts=DAY
    )
    for name, value in more.items():
        setattr(project, name, value)
    kept = actions.add(by="a test", record=project)
    assert isinstance(kept, Project)
    return kept


def with_site(hub: Hub, project: Project, place: PlaceRow | None = None) -> Site:
    place_id = (place or area(hub)).place_id
    site = Site(project=project, place_id=place_id, joined=DAY)
    kept = actions.add(by="a test", record=site)
    assert isinstance(kept, Site)
    return kept


def posted(browser: Client, address: str, **fields: Any) -> Any:
    return browser.post(address, fields)


def project_fields(hub: Hub, **more: Any) -> dict[str, Any]:
    return {
        "name": "Rattraper les filles",
        "place": district(hub).place_id,
        "problem": "Les filles manquent.",
        "starts": "2024-01-01",
        "aim_sex": "total",
        **more,
    }


def test_a_coach_begins_a_project_of_the_own_place(hub: Hub) -> None:
    browser = hub.browser("coach", district(hub).place_id)
    answer = posted(browser, "/improvement/add", **project_fields(hub, **AIM))
    made = Project.objects.get()
    assert answer["Location"].startswith(f"/improvement/{made.pk}")
    page = browser.get(f"/improvement/{made.pk}").content.decode()
    assert "Rattraper les filles" in page
    assert "80" in page
    assert "31 décembre 2025" in page


def test_nobody_begins_a_project_of_another_place(hub: Hub) -> None:
    browser = hub.browser("coach", district(hub, 1).place_id)
    answer = posted(browser, "/improvement/add", **project_fields(hub))
    assert answer.status_code == 400
    assert "Vous ne pouvez pas" in answer.content.decode()
    assert not Project.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "vaccinator", "logistics"])
def test_who_does_not_lead_begins_no_project(hub: Hub, role: str) -> None:
    browser = hub.browser(role, district(hub).place_id)
    assert posted(browser, "/improvement/add", **project_fields(hub)).status_code == 403


def test_an_aim_without_a_date_is_refused_beside_its_box(hub: Hub) -> None:
    browser = hub.browser("analyst")
    fields = project_fields(hub, **{**AIM, "aim_day": ""})
    answer = posted(browser, "/improvement/add", **fields)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "jusqu&#39;à quand" in page or "jusqu'à quand" in page
    assert "Les filles manquent." in page
    assert not Project.objects.exists()


def test_a_project_is_read_where_it_and_its_sites_are_and_nowhere_else(
    hub: Hub,
) -> None:
    region = hub.places("region")[0]
    inside = [d for d in hub.places("district") if d.parent_id == region.place_id]
    project = begun(hub, place=region)
    with_site(hub, project, area(hub, inside=inside[0]))
    readers = {
        "its region": hub.user("coach", region.place_id),
        "its district": hub.user("district_manager", inside[0].place_id),
        "its site": hub.user("vaccinator", area(hub, inside=inside[0]).place_id),
        "everybody": hub.user("viewer"),
    }
    for user in readers.values():
        assert records.project(user, project.pk) == project
    others = [d for d in hub.places("district") if d not in inside]
    for place in (others[0], area(hub, inside=others[0])):
        role = "district_manager" if place.level == "district" else "vaccinator"
        with pytest.raises(Http404):
            records.project(hub.user(role, place.place_id), project.pk)


def test_without_a_sign_in_there_is_no_project(hub: Hub) -> None:
    project = begun(hub)
    for address in ("/improvement", f"/improvement/{project.pk}"):
        answer = hub.browser().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/sign-in")


def test_a_site_lies_inside_the_place_of_the_project(hub: Hub) -> None:
    project = begun(hub)
    browser = hub.browser("coach", district(hub).place_id)
    outside = area(hub, inside=district(hub, 1))
    address = f"/improvement/{project.pk}/site/add"
    answer = posted(browser, address, place=outside.place_id, joined="2024-02-01")
    assert answer.status_code == 400
    inside = area(hub)
    answer = posted(browser, address, place=inside.name, joined="01/02/2024")
    assert answer.status_code == 302
    assert Site.objects.get().place_id == inside.place_id
    assert Site.objects.get().joined == datetime.date(2024, 2, 1)


def test_a_place_is_one_site_at_a_time(hub: Hub) -> None:
    project = begun(hub)
    site = with_site(hub, project)
    browser = hub.browser("coach", district(hub).place_id)
    address = f"/improvement/{project.pk}/site/add"
    fields = {"place": site.place_id, "joined": "2024-06-01"}
    assert posted(browser, address, **fields).status_code == 400
    site.left = datetime.date(2024, 5, 31)
    actions.change(by="a test", record=site, version=1)
    assert posted(browser, address, **fields).status_code == 302


def test_a_team_writes_about_its_site_and_no_other(hub: Hub) -> None:
    project = begun(hub)
    own, other = area(hub), area(hub, 1)
    for place in (own, other):
        with_site(hub, project, place)
    vaccinator = hub.user("vaccinator", own.place_id)

    def idea(place_id: str) -> Idea:
        return Idea(project=project, place_id=place_id, name="Rappel", kind="service")

    assert actions.add(by=vaccinator, record=idea(own.place_id)).pk
    for place_id in (other.place_id, ""):
        with pytest.raises(PermissionDenied):
            actions.add(by=vaccinator, record=idea(place_id))


def test_a_test_of_change_is_written_seen_and_decided(hub: Hub) -> None:
    project = begun(hub)
    site = with_site(hub, project)
    idea = Idea(project=project, place_id=site.place_id, name="Appels", kind="service")
    actions.add(by="a test", record=idea)
    browser = hub.browser("vaccinator", site.place_id)
    fields = {
        "place_id": site.place_id,
        "idea": str(idea.pk),
        "began": "2024-03-01",
        "hypothesis": "Les filles reviennent.",
    }
    address = f"/improvement/{project.pk}/cycle/add"
    assert posted(browser, address, **fields).status_code == 302
    kept = Cycle.objects.get()
    address = f"/improvement/{project.pk}/cycle/{kept.pk}"
    undecided = posted(browser, address, **fields, decision="adopt", version="1")
    assert undecided.status_code == 400
    more = {"seen": "12 filles sur 15", "decision": "adopt", "version": "1"}
    assert posted(browser, address, **fields, **more).status_code == 302
    assert Cycle.objects.get().decision == "adopt"
    page = browser.get(f"/improvement/{project.pk}").content.decode()
    assert "12 filles sur 15" in page


def test_who_saves_second_is_told_what_was_kept_and_loses_nothing(hub: Hub) -> None:
    project = begun(hub)
    browser = hub.browser("analyst")
    address = f"/improvement/{project.pk}/change"
    first = project_fields(hub, name="Premier", version="1")
    assert posted(browser, address, **first).status_code == 302
    second = project_fields(hub, name="Second", version="1")
    answer = posted(browser, address, **second)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Premier" in page
    assert "Second" in page
    assert Project.objects.get().name == "Premier"


def test_every_write_is_audited_with_before_and_after(hub: Hub) -> None:
    project = begun(hub)
    project.name = "Autre nom"
    actions.change(by="a test", record=project, version=1)
    actions.remove(by="a test", record=project, version=2)
    rows = AuditRow.objects.filter(action__startswith="improvement").order_by("id")
    added, changed, removed = rows
    assert added.before is None
    assert changed.before["name"] == "Filles et garçons"
    assert changed.after["name"] == "Autre nom"
    assert removed.after is None
    assert {row.place_id for row in rows} == {project.place_id}


def test_a_record_on_which_others_stand_is_not_taken_away(hub: Hub) -> None:
    project = begun(hub)
    site = with_site(hub, project)
    with pytest.raises(Refused, match="record_used"):
        actions.remove(by="a test", record=project, version=1)
    actions.remove(by="a test", record=site, version=1)
    actions.remove(by="a test", record=project, version=1)
    assert not records.projects(hub.user("administrator"))


@pytest.mark.parametrize("what", ["nothing", "project", "../site"])
def test_a_kind_of_record_that_is_none_is_not_there(hub: Hub, what: str) -> None:
    project = begun(hub)
    answer = hub.browser("analyst").get(f"/improvement/{project.pk}/{what}/add")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "kind", [kind for kind in records.KINDS if kind not in ("project", "recount")]
)
def test_each_kind_of_record_has_its_form_in_both_languages(
    hub: Hub, kind: str
) -> None:
    project = begun(hub)
    with_site(hub, project)
    browser = hub.browser("analyst")
    for language in ("fr", "en"):
        browser.cookies["boloci_language"] = language
        answer = browser.get(f"/improvement/{project.pk}/{kind}/add")
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()


def test_a_place_that_one_does_not_see_is_not_named(hub: Hub) -> None:
    project = begun(hub)
    other = area(hub, inside=district(hub, 1))
    browser = hub.browser("coach", district(hub).place_id)
    answer = posted(
        browser,
        f"/improvement/{project.pk}/site/add",
        place=other.place_id,
        joined="2024-01-01",
    )
    assert answer.status_code == 400
    assert other.name not in answer.content.decode()


def test_a_project_does_not_leave_the_place_that_holds_its_sites(hub: Hub) -> None:
    project = begun(hub)
    with_site(hub, project)
    elsewhere = project_fields(hub, place=district(hub, 1).place_id, version="1")
    browser = hub.browser("analyst")
    answer = posted(browser, f"/improvement/{project.pk}/change", **elsewhere)
    assert answer.status_code == 400
    assert Project.objects.get().place_id == project.place_id


def test_a_vaccinator_is_offered_the_own_site_alone(hub: Hub) -> None:
    project = begun(hub)
    own, other = area(hub), area(hub, 1)
    for place in (own, other):
        with_site(hub, project, place)
    browser = hub.browser("vaccinator", own.place_id)
    page = browser.get(f"/improvement/{project.pk}/idea/add").content.decode()
    assert f'value="{own.place_id}"' in page
    assert f'value="{other.place_id}"' not in page


@pytest.mark.parametrize("day", ["0024-01-01", "1899-12-01", "2199-01-01"])
def test_a_day_of_another_century_is_a_slip(hub: Hub, day: str) -> None:
    project = begun(hub)
    browser = hub.browser("analyst")
    address = f"/improvement/{project.pk}/site/add"
    answer = posted(browser, address, place=area(hub).place_id, joined=day)
    assert answer.status_code == 400
    assert not Site.objects.exists()


def test_recounts_of_other_places_are_not_shown(hub: Hub) -> None:
    project = begun(hub)
    own, other = area(hub), area(hub, 1)
    for place in (own, other):
        with_site(hub, project, place)
        visit = Visit(
            project=project, place_id=place.place_id, planned=DAY, purpose="Revue"
        )
        actions.add(by="a test", record=visit)
        count = 111 if place is own else 222
        Recount.objects.create(
            project=project,
            place_id=place.place_id,
            visit=visit,
            element="DTP1",
            period="202401",
            register=count,
            by="a",
        )
    browser = hub.browser("vaccinator", own.place_id)
    page = browser.get(f"/improvement/{project.pk}").content.decode()
    assert "111" in page
    assert "222" not in page


PLACE_PANEL = 'id="projects-here"'


def place_page(browser: Client, place: PlaceRow) -> str:
    """The page of a place as a reader sees it."""
    page = unescape(browser.get(f"/place/{place.place_id}").content.decode())
    return re.sub(r"\s", " ", page)  # a no-break space before a percent sign


def test_the_page_of_a_place_names_the_projects_whose_sites_lie_there_or_below(
    hub: Hub,
) -> None:
    here = district(hub)
    region = hub.places("region")[0]
    aim = {"aim_day": datetime.date(2025, 12, 31), "aim_value": 80.0}
    project = begun(hub, **{**AIM, **aim})
    with_site(hub, project, area(hub))
    ended = begun(hub, name="Le premier", ends=datetime.date(2024, 6, 30))
    with_site(hub, ended, area(hub))
    browser = hub.browser("analyst")
    for place in (area(hub), here, region):
        page = place_page(browser, place)
        assert f'href="/improvement/{project.pk}">Filles et garçons</a>' in page
        assert "80,0 % au 31 décembre 2025" in page
        assert "En cours depuis" in page
        assert "Terminé le 30 juin 2024" in page
    assert PLACE_PANEL not in place_page(browser, district(hub, 1))
    assert PLACE_PANEL not in place_page(browser, area(hub, 1))


def test_a_kept_page_of_a_place_names_its_projects_to_nobody_else(hub: Hub) -> None:
    project = begun(hub)
    with_site(hub, project)
    assert PLACE_PANEL in place_page(hub.browser("viewer"), district(hub))
    other = hub.browser("district_manager", district(hub, 1).place_id)
    for reader in (hub.browser(), other):
        assert PLACE_PANEL not in place_page(reader, district(hub))


@pytest.mark.parametrize(
    ("ends", "told", "not_told"),
    [
        (None, "pas encore d'objectif", "n'a été fixé"),
        (datetime.date(2024, 6, 30), "n'a été fixé", "pas encore"),
    ],
)
def test_a_closed_project_without_an_aim_is_not_asked_for_one(
    hub: Hub, ends: datetime.date | None, told: str, not_told: str
) -> None:
    project = begun(hub, ends=ends)
    page = hub.browser("analyst").get(f"/improvement/{project.pk}").content.decode()
    aim = unescape(page[page.index('id="aim"') : page.index('id="figures"')])
    assert told in aim
    assert not_told not in aim


def test_a_column_that_says_nothing_of_any_record_is_left_to_the_file(hub: Hub) -> None:
    project = begun(hub)
    with_site(hub, project)
    browser = hub.browser("analyst")
    page = unescape(browser.get(f"/improvement/{project.pk}").content.decode())
    sites = page[page.index('id="sites"') : page.index('id="changes"')]
    assert "Nom de l'équipe" not in sites
    assert area(hub).name in sites
    file = browser.get(f"/improvement/{project.pk}.csv?table=site").content.decode()
    assert file.splitlines()[0].startswith("\ufeffplace_id,team,joined,left")
