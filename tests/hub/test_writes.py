"""Who may write what, and where."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from boloci.hub.people.models import ROLES
from boloci.hub.rights import WRITES, may, require
from tests.hub.conftest import Hub


def test_a_viewer_writes_nothing(hub: Hub) -> None:
    assert not any(may(hub.user("viewer"), what, "") for what in WRITES)


def test_an_administrator_writes_everything_everywhere(hub: Hub) -> None:
    assert all(may(hub.user("administrator"), what, "") for what in WRITES)


def test_nobody_writes_anything_without_a_sign_in(hub: Hub) -> None:
    for user in (None, AnonymousUser()):
        assert not any(may(user, what) for what in WRITES)


def test_people_write_inside_their_own_place_alone(hub: Hub) -> None:
    own, other = hub.places("district")[:2]
    user = hub.user("district_manager", own.place_id)
    inside = next(a for a in hub.places("area") if own.place_id in a.path.split("/"))
    assert may(user, "act", own.place_id)
    assert may(user, "act", inside.place_id)
    assert may(user, "act")
    for place_id in (other.place_id, "", "nowhere"):
        assert not may(user, "act", place_id)


def test_only_the_office_decides_of_corrections_and_publishes(hub: Hub) -> None:
    district = hub.places("district")[0].place_id
    for what in ("decide_correction", "import", "group"):
        allowed = {r for r in ROLES if may(hub.user(r, district), what, district)}
        assert allowed == {"analyst", "administrator"}


def test_a_write_without_the_right_is_refused(hub: Hub) -> None:
    with pytest.raises(PermissionDenied):
        require(hub.user("viewer"), "comment")


def test_the_command_line_is_the_administrators(hub: Hub) -> None:
    require("command line", "people")
