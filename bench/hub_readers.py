"""Who reads the hub in its benches, and what: makes the accounts, prints JSON.

usage: python -m bench.hub_readers WORKSPACE

Fifty people: the public, and each role of the hub with places of its own, spread over
the country. Each has the pages that the role has a use for: those of the country, and
as many of its own place and of what is below. The public may read this workspace after
it. The same workspace gives the same people and pages.
"""

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

COUNTS = {
    "public": 18,
    "district_manager": 12,
    "vaccinator": 6,
    "coach": 5,
    "analyst": 3,
    "logistics": 2,
    "viewer": 2,
    "administrator": 2,
}
"""Fifty people, by role."""
LEVELS = {
    "public": "district",
    "district_manager": "district",
    "vaccinator": "area",
    "coach": "region",
    "logistics": "region",
}
"""Level of the place whose pages a role reads; the others read the country's."""
EVERYBODY = (
    "/",
    "/zero-dose",
    "/equity",
    "/indicators",
    "/indicator/dtp1_coverage",
    "/indicator/dtp3_coverage",
    "/compare",
    "/quality",
    "/sources",
)
OWN = {
    "district_manager": ["/inbox", "/corrections"],
    "coach": ["/inbox"],
    "vaccinator": ["/inbox"],
    "analyst": ["/corrections", "/overview.csv"],
    "logistics": ["/quality?topic=stock"],
    "administrator": ["/imports", "/people", "/audit"],
}
"""What a role has beside, its menu's own entries."""
BELOW = 5
"""Places below one's own that a person looks at."""


def readers(root: Path) -> list[dict[str, Any]]:
    """The people: role, sign-in (blank for the public) and pages."""
    from boloci.hub import serving

    serving.setup(root)
    serving.prepare()
    from django.contrib.auth.models import AnonymousUser

    from boloci.hub import reading
    from boloci.hub.current import current
    from boloci.hub.rights import readable

    places = current().places
    quarters = reading.whole_periods(readable(AnonymousUser()), "quarter")
    grouped = any(place.level == "group" for place in places)
    found = []
    for role, count in COUNTS.items():
        level = LEVELS.get(role, "country")
        known = [place for place in places if place.level == level]
        for number in range(count):
            place = known[number * len(known) // count % len(known)]
            below = [one for one in places if one.parent_id == place.place_id]
            seen = below[:BELOW] if role != "public" or level == "country" else []
            pages = [*EVERYBODY, *(["/learning-hub"] if grouped else [])]
            pages += OWN.get(role, [])
            pages += _of_places([place, *seen], quarters)
            if role == "district_manager":
                pages.append(f"/place/{place.place_id}.card.png")
            own = place.place_id if level != "country" else ""
            found.append({"role": role, "pages": pages, **_account(role, number, own)})
    return found


def _of_places(places: list[Any], quarters: Any) -> list[str]:
    """A page of each place, and for the first what its figures are made of."""
    own = places[0].place_id
    asked = {
        "indicator": "dtp1_coverage",
        "place": own,
        "sex": "total",
        "method": "reported",
        "denominator": "target",
    }
    explained = [
        "/explain?" + urlencode({**asked, "period": quarter})
        for quarter in quarters[-2:]
    ]
    pages = [f"/place/{place.place_id}" for place in places]
    searched = "/search?" + urlencode({"q": places[-1].name[:4]})
    return [*pages, f"/quality?place={own}", searched, *explained]


def _account(role: str, number: int, place_id: str) -> dict[str, str]:
    """A sign-in with a password made anew; blank for the public."""
    from boloci.hub.people import actions, passwords
    from boloci.hub.people.models import User

    if role == "public":
        return {"username": "", "password": ""}
    username, password = f"bench-{role}-{number}", passwords.spoken()
    known = User.objects.filter(username=username).first()
    if known:
        actions.reset_password(
            by="bench", user=known, password=password, must_change=False
        )
    else:
        actions.make_user(
            by="bench",
            username=username,
            name=username,
            role=role,
            place_id=place_id,
            password=password,
        )
    return {"username": username, "password": password}


def _open(root: Path) -> None:
    """Let the public read."""
    from boloci.workspace import read_settings, write_settings

    write_settings(root, {**read_settings(root), "public": True})


if __name__ == "__main__":
    _open(Path(sys.argv[1]))
    print(json.dumps(readers(Path(sys.argv[1]))))
