"""Kept bodies: shown again to whom they were made for, and to nobody else."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from boloci import pipeline
from boloci.hub import bodies, current, pages, rights, steady
from boloci.hub.imports import warming
from boloci.hub.rights import EVERYTHING, Scope
from boloci.problems import Refused
from boloci.published import holding, published
from tests.hub.conftest import Hub

BODY = ("a title", "what it is", "<p>é 1–2</p>")
NOBODY = Scope(open_levels=True)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses whose bodies are made from now on."""
    addresses: list[str] = []
    make = pages._made

    def noting(request: Any, page: Any) -> Any:
        addresses.append(request.get_full_path())
        return make(request, page)

    monkeypatch.setattr(pages, "_made", noting)
    return addresses


def test_a_body_that_was_kept_is_shown_again(own_hub: Hub) -> None:
    bodies.put(NOBODY, "fr", "/", BODY)
    assert bodies.get(NOBODY, "fr", "/") == BODY


def test_no_body_is_shown_to_another_scope(own_hub: Hub) -> None:
    area, other = (place.place_id for place in own_hub.places("area")[:2])
    own = Scope(signed_in=True, own=area, open_levels=True)
    bodies.put(own, "fr", "/", BODY)
    for scope in (NOBODY, EVERYTHING, replace(own, own=other), replace(own, own="")):
        assert bodies.get(scope, "fr", "/") is None


def test_no_body_is_shown_in_another_language_or_at_another_address(
    own_hub: Hub,
) -> None:
    bodies.put(NOBODY, "fr", "/?level=region", BODY)
    assert bodies.get(NOBODY, "en", "/?level=region") is None
    assert bodies.get(NOBODY, "fr", "/") is None


def test_no_body_of_the_old_build_is_shown_for_the_new_one(
    own_hub: Hub, made: list[str]
) -> None:
    browser = own_hub.browser()
    assert browser.get("/").status_code == 200
    browser.get("/")
    assert made == ["/"]
    pipeline.build(own_hub.workspace)
    browser.get("/")
    assert made == ["/", "/"]


def test_a_build_of_the_same_name_has_bodies_of_its_own(own_hub: Hub) -> None:
    bodies.put(NOBODY, "fr", "/", BODY)
    os.utime(current.build_file())
    assert bodies.get(NOBODY, "fr", "/") is None


@pytest.mark.parametrize(
    "changed", [{"public": False}, {"public_groups": ("x",)}, {"country": "SN"}]
)
def test_other_settings_make_other_bodies(
    own_hub: Hub, settings: Any, changed: dict[str, Any]
) -> None:
    bodies.put(NOBODY, "fr", "/", BODY)
    settings.WORKSPACE = replace(settings.WORKSPACE, **changed)
    assert bodies.get(NOBODY, "fr", "/") is None


def test_a_file_that_was_cut_off_is_made_again(own_hub: Hub) -> None:
    bodies.put(NOBODY, "fr", "/", BODY)
    (file,) = (own_hub.workspace.root / "cache" / "pages").rglob("*.gz")
    file.write_bytes(file.read_bytes()[:20])
    assert bodies.get(NOBODY, "fr", "/") is None


def test_bodies_of_builds_that_are_gone_are_thrown_away(own_hub: Hub) -> None:
    bodies.put(NOBODY, "fr", "/", BODY)
    gone = own_hub.workspace.root / "cache" / "pages" / "000000-2020-01-01"
    gone.mkdir()
    bodies.prune()
    assert not gone.exists()
    assert bodies.get(NOBODY, "fr", "/") == BODY


def test_the_first_pages_of_a_build_are_made_before_it_counts(
    own_hub: Hub, made: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    chief = own_hub.user("district_manager", own_hub.places("district")[0].place_id)
    monkeypatch.setattr(warming, "PAGES", ("/", "/indicators"))
    old = current.current().build
    seen: list[str] = []

    def before(build: str) -> None:
        warming.before(build)
        seen.append(current.current().build)

    new = pipeline.build(own_hub.workspace, before=before).build
    assert seen == [old]
    assert current.current().build == new
    own = f"/place/{chief.place_id}"
    assert made == ["/", "/indicators", "/", "/indicators", own]
    for browser in (own_hub.browser(), own_hub.browser("district_manager")):
        assert browser.get("/indicators").status_code == 200
    own_hub.browser("district_manager", chief.place_id).get(own)
    assert len(made) == 6  # that of a district manager for the whole country


def test_a_page_that_fails_holds_no_publication_back(
    own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> Any:
        raise RuntimeError("no pages today")

    monkeypatch.setattr(warming, "urgent", broken)
    new = pipeline.build(own_hub.workspace, before=warming.before).build
    assert current.current().build == new


def test_the_idle_worker_makes_the_pages_of_open_places_bit_by_bit(
    own_hub: Hub,
    made: list[str],
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(warming, "PAGES", ("/",))
    monkeypatch.setattr(warming, "AT_ONCE", 0.0)
    warming.go_on()
    districts = {f"/place/{one.place_id}" for one in own_hub.places("district")}
    assert districts <= set(made)
    assert len(made) == len(set(made)) + 1  # the overview in two languages


def test_jobs_of_a_build_that_no_longer_counts_make_nothing(
    own_hub: Hub, made: list[str]
) -> None:
    warming.make.func("another.duckdb", 0)
    assert made == []


def test_a_request_reads_one_build_whatever_is_published_meanwhile(
    own_hub: Hub,
) -> None:
    first = current.current().build

    def answer(_request: Any) -> Any:
        pipeline.build(own_hub.workspace)
        return current.current().build

    hold: Callable[..., Any] = steady.middleware(answer)
    assert hold(None) == first
    assert current.current().build != first


def test_a_build_that_is_held_is_the_one_that_scopes_are_of(own_hub: Hub) -> None:
    first = current.current().build
    pipeline.build(own_hub.workspace)
    with holding(own_hub.workspace, first):
        assert current.current().build == first
        assert rights.public().places


def test_another_build_that_is_gone_is_not_read_because_one_is_held(
    own_hub: Hub,
) -> None:
    first = current.current()
    pipeline.build(own_hub.workspace)
    Path(first.path).unlink()
    with holding(own_hub.workspace), pytest.raises(Refused) as refused:
        published(own_hub.workspace, build=first.build)
    assert refused.value.problems[0].code == "build_missing"
