"""A small synthetic country in a hub: published once, looked at by every test."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from filelock import FileLock

from boloci import demo, pipeline, workspace
from boloci.hub import current
from boloci.published import PlaceRow
from boloci.workspace import Workspace
from tests.hub.estimate_by_hand import write_estimate

SMALL = Path(__file__).parents[1] / "unit" / "demo_small.yaml"
PASSWORD = "une-phrase-longue"
GENERATED = pytest.mark.parametrize(
    "requests",
    [
        200,
        pytest.param(
            int(os.environ.get("BOLOCI_REQUESTS", "2000")), marks=pytest.mark.slow
        ),
    ],
)
"""How many generated requests: some each time, as many as were promised in `verify`."""


@pytest.fixture(scope="session")
def small_country(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Workspace:
    """The small synthetic country, imported and published; read only."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "hub-country"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "whole").exists():
            made = workspace.init(folder / "w", country="ML")
            written = demo.write(folder / "files", seed=2024, parameters=SMALL)
            pipeline.import_files(made, written.files, by="a test")
            pipeline.build(made)
            (folder / "whole").touch()
    return workspace.open_workspace(folder / "w")


@dataclass
class Hub:
    """The hub of a workspace, with a browser for each kind of reader."""

    workspace: Workspace
    browsers: dict[str, Client] = field(default_factory=dict)

    def places(self, level: str) -> list[PlaceRow]:
        """Published places of a level."""
        return [p for p in current.current().places if p.level == level]

    def user(self, role: str, place_id: str = "", **more: Any) -> Any:
        """A user of a role, made the way an administrator makes one."""
        from boloci.hub.people.actions import make_user
        from boloci.hub.people.models import OF_A_PLACE, User

        username = more.pop("username", f"{role}-{place_id or 'all'}".lower())
        known = User.objects.filter(username=username).first()
        if role in OF_A_PLACE:
            place_id = place_id or self.places("country")[0].place_id
        return known or make_user(
            by="a test",
            username=username,
            name=role.title(),
            role=role,
            place_id=place_id,
            password=PASSWORD,
            **more,
        )

    def browser(self, role: str = "", place_id: str = "") -> Client:
        """A browser signed in as a role for a place; without a role: nobody."""
        client = Client()
        if role:
            client.force_login(
                self.user(role, place_id),
                backend="allauth.account.auth_backends.AuthenticationBackend",
            )
        return client


@pytest.fixture
def hub(
    small_country: Workspace,
    tmp_path_factory: pytest.TempPathFactory,
    settings: Any,
    db: None,
    request: pytest.FixtureRequest,
) -> Hub:
    """The hub over the small country, open to everyone from district upwards.

    A test that replaces a part of the hub gets a copy: the pages it makes are kept on
    disk, and would be shown to the tests after it.
    """
    replaces = "monkeypatch" in request.fixturenames
    served = small_country
    if replaces:
        served = _copy(small_country, tmp_path_factory.mktemp("country"))
    settings.WORKSPACE = replace(served, public=True, synthetic=True)
    return Hub(settings.WORKSPACE)


@pytest.fixture
def own_hub(small_country: Workspace, tmp_path: Path, settings: Any, db: None) -> Hub:
    """The same over a copy that the test may change: imports, corrections, builds."""
    served = _copy(small_country, tmp_path)
    settings.WORKSPACE = replace(served, public=True, synthetic=True)
    return Hub(settings.WORKSPACE)


@pytest.fixture
def at_once(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are done as soon as they are asked for; no page is drawn after them."""
    from boloci.hub.imports import warming

    backend = "django_tasks.backends.immediate.ImmediateBackend"
    settings.TASKS = {"default": {"BACKEND": backend}}
    monkeypatch.setattr(warming, "before", lambda _build: None)
    monkeypatch.setattr(warming, "go_on", lambda: None)


def _copy(country: Workspace, folder: Path) -> Workspace:
    """A workspace of its own, without the pages that other tests looked at."""
    shutil.copytree(country.root, folder / "w", ignore=shutil.ignore_patterns("cache"))
    return workspace.open_workspace(folder / "w")


@pytest.fixture(scope="session")
def estimated_country(
    small_country: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Workspace]:
    """`estimated_country(stale=True)`: the small country, estimated; read only."""
    made: dict[str, Workspace] = {}

    def make(**said: Any) -> Workspace:
        key = repr(sorted(said.items()))
        if key not in made:
            made[key] = _copy(small_country, tmp_path_factory.mktemp("estimated"))
            write_estimate(made[key], **said)
            made[key] = workspace.open_workspace(made[key].root)
        return made[key]

    return make


@pytest.fixture
def estimated_hub(
    estimated_country: Callable[..., Workspace], settings: Any, db: None
) -> Callable[..., Hub]:
    """`estimated_hub(stale=True)`: the hub over the small country with an estimate."""

    def make(**said: Any) -> Hub:
        served = estimated_country(**said)
        settings.WORKSPACE = replace(served, public=True, synthetic=True)
        return Hub(settings.WORKSPACE)

    return make
