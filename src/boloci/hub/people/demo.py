"""The demo's people: one for each role, with a password made anew each time.

Their accounts are marked: `boloci serve` refuses to open them to a network.
"""

from dataclasses import dataclass

from boloci.hub.current import current
from boloci.hub.people import actions, passwords
from boloci.hub.people.models import User
from boloci.names import fold
from boloci.published import PlaceRow

BY = "demo"
DISTRICT = "Niono"
"""The district of the study sites whose figures swing most."""
AREA = "N'Debougou"


@dataclass(frozen=True)
class SignIn:
    """How to sign in as one of the demo's people."""

    username: str
    password: str
    role: str
    place: str
    """Name of the place; blank: the whole country."""


def make_people() -> list[SignIn]:
    """Make the demo's people, or give those there are new passwords."""
    district = _named("district", DISTRICT)
    area = _named("area", AREA, inside=district)
    region = _above(district)
    wanted = [
        ("responsable", "Responsable", "district_manager", district),
        ("accompagnateur", "Accompagnateur", "coach", region),
        ("vaccinateur", "Vaccinateur", "vaccinator", area),
        ("logisticien", "Logisticien", "logistics", region),
        ("analyste", "Analyste", "analyst", None),
        ("administrateur", "Administrateur", "administrator", None),
        ("lecteur", "Lecteur", "viewer", None),
    ]
    return [_person(*one) for one in wanted]


def _person(username: str, name: str, role: str, place: PlaceRow | None) -> SignIn:
    password = passwords.spoken()
    user = User.objects.filter(username=username).first()
    if user is None:
        user = actions.make_user(
            by=BY,
            username=username,
            name=f"{name} · {place.name}" if place else name,
            role=role,
            place_id=place.place_id if place else "",
            password=password,
            is_demo=True,
        )
    else:
        actions.reset_password(by=BY, user=user, password=password, must_change=False)
        if not user.is_active:
            actions.reopen_user(by=BY, user=user)
    known = current().by_id.get(user.place_id)
    return SignIn(username, password, user.role, known.name if known else "")


def _named(level: str, name: str, inside: PlaceRow | None = None) -> PlaceRow | None:
    """The place of a level with a name, else the first of that level."""
    found = [
        place
        for place in current().places
        if place.level == level
        and (inside is None or inside.place_id in place.path.split("/"))
    ]
    return next(
        (p for p in found if fold(p.name) == fold(name)), next(iter(found), None)
    )


def _above(place: PlaceRow | None) -> PlaceRow | None:
    return current().by_id.get(place.parent_id or "") if place else None
