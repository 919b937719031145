"""Every address of the hub, for every role, nobody and an outsider of the place.

The addresses come from the resolver: a new page is walked without being named here.
One with an argument of a new name needs a sample in `samples`.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from boloci.hub.people.models import ROLES
from boloci.hub.rights import readable
from tests.hub.conftest import Hub

ARGUMENT = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)\??|<(?:\w+:)?(\w+)>")
SUFFIXES = ("", ".json", ".csv", ".svg")
OFFICE = ("/people", "/audit")
NEVER_WALKED = {"account_logout", "language"}
"""They end or change the browser that walks; tests of their own look at them."""
QUERIES = {
    "explain": "?indicator=dtp1_coverage&place={place_id}&period=2023Q1&sex=total",
    "search": "?q={start}",
    "indicator": "?level=area",
    "quality": "?place={place_id}",
    "facts": "?place={place_id}",
    "findings": "?place={place_id}&limit=50000",
    "inequality": "?indicator=dtp1_coverage&over=area&place={place_id}",
    "places": "?inside={place_id}",
}
"""What a page needs to be asked before it tells of a place, by name of its address."""
WORD = re.compile(r"[\w'’-]+")
DHIS2_ID = re.compile(r"\b[A-Za-z][A-Za-z0-9]{10}\b")


def samples(hub: Hub, place_id: str) -> dict[str, str]:
    """A sample for each name of an argument; `start`: how an area's name begins."""
    areas = hub.places("area")
    area = next((a for a in areas if a.place_id == place_id), areas[-1])
    return {
        "start": area.name[:5],
        "place_id": place_id,
        "user_id": str(hub.user("viewer", username="somebody").pk),
        "token_id": "1",
        "name": "dtp1_coverage",
        "indicator": "dtp1_coverage",
        "rule": "above_100",
        "profile": "boloci",
        "kind": "place",
        "key": place_id,
        "number": "1",
        "pk": "1",
        "group": "programme",
        "job_id": "1",
        "what": "site",
        "build": "1",
    }


def patterns(
    found: list[URLPattern | URLResolver] | None = None, before: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, route) of every address."""
    for one in get_resolver().url_patterns if found is None else found:
        route = before + str(one.pattern).strip("^$").replace("\\", "")
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, route)
        else:
            yield one.name or "", route


def addresses(hub: Hub, place_id: str, *, files: bool) -> list[str]:
    """Every address about a place; `files`: in the formats that its page has, too."""
    known = samples(hub, place_id)
    found = []
    for name, route in patterns():
        if name in NEVER_WALKED:
            continue
        asked = {a or b for a, b in ARGUMENT.findall(route)}
        missing = asked - set(known) - {"suffix"}
        assert not missing, f"{route}: give `samples` one for {missing}"
        for suffix in SUFFIXES if files and "suffix" in asked else ("",):
            values = {**known, "suffix": suffix}
            filled = "/" + ARGUMENT.sub(lambda m: values[m[1] or m[2]], route)  # noqa: B023
            found.append(filled)
            if name in QUERIES:
                found.append(filled + QUERIES[name].format(**known))
    return found


def body(answer: object) -> str:
    """What a reader gets; a picture's bytes are not read as text."""
    if getattr(answer, "streaming", False):
        content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    else:
        content = answer.content  # type: ignore[attr-defined]
    return html.unescape(content.decode("utf-8", "replace"))


@lru_cache(maxsize=100_000)
def words_of(name: str) -> tuple[str, ...]:
    return tuple(WORD.findall(name))


def told_of(text: str, hidden: dict[str, str], known_words: set[str]) -> set[str]:
    """Names and ids of hidden places that a text tells."""
    ids = set(DHIS2_ID.findall(text)) & set(hidden)
    said = set(WORD.findall(text))
    names = {
        name
        for name in hidden.values()
        if not set(words_of(name)) <= known_words
        and set(words_of(name)) <= said
        and name in text
    }
    return ids | names


def test_a_hidden_place_is_found_by_name_and_by_id_and_a_known_word_is_none() -> None:
    hidden = {"Abcdefghij1": "Kologo Sud", "Abcdefghij2": "Niono"}
    assert told_of("à Kologo Sud", hidden, set()) == {"Kologo Sud"}
    assert told_of("/place/Abcdefghij1", hidden, set()) == {"Abcdefghij1"}
    assert not told_of("district de Niono", hidden, {"Niono"})


def reader(hub: Hub, role: str) -> tuple[Client, object]:
    """A browser and its user: nobody, an outsider, or a role for the first district."""
    first, other = hub.places("district")[:2]
    client = hub.browser(
        *{
            "nobody": (),
            "outsider": ("vaccinator", inside(hub, other.place_id)),
            "vaccinator": ("vaccinator", inside(hub, first.place_id)),
            "analyst": ("analyst",),
            "administrator": ("administrator",),
        }.get(role, (role, first.place_id))
    )
    client.raise_request_exception = False
    user = None
    if role != "nobody":
        from boloci.hub.people.models import User

        user = User.objects.get(pk=client.session["_auth_user_id"])
    return client, user


def inside(hub: Hub, place_id: str) -> str:
    """The first area inside a place."""
    areas = hub.places("area")
    return next(a.place_id for a in areas if place_id in a.path.split("/"))


@pytest.mark.parametrize("role", ["nobody", "outsider", *ROLES])
def test_no_address_fails_or_tells_of_an_unreadable_place(hub: Hub, role: str) -> None:
    client, user = reader(hub, role)
    seen = readable(user).places
    places = [p for level in ("area", "facility") for p in hub.places(level)]
    hidden = {p.place_id: p.name for p in places if p.place_id not in seen}
    everywhere = [
        p for level in ("country", "region", "district") for p in hub.places(level)
    ]
    known = {
        word
        for place in [*everywhere, *places]
        if place.place_id in seen
        for word in words_of(place.name)
    }
    own = hub.places("district")[0]
    wrong = []
    for url in addresses(hub, own.place_id, files=role in ("nobody", "coach")):
        answer = client.get(url)
        if answer.status_code >= 500:
            wrong.append(f"GET {url}: {answer.status_code}")
        elif told := told_of(body(answer), hidden, known):
            wrong.append(f"GET {url} tells of {sorted(told)[:5]}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["nobody", "outsider", "coach", "viewer"])
def test_an_address_of_an_unreadable_place_answers_like_none(hub, role) -> None:
    client, _user = reader(hub, role)
    area = inside(hub, hub.places("district")[2].place_id)
    name = next(p.name for p in hub.places("area") if p.place_id == area)
    about = [
        url
        for url, other in zip(
            addresses(hub, area, files=True),
            addresses(hub, "nowhere", files=True),
            strict=True,
        )
        if url != other
    ]
    wrong = []
    for url in about:
        answer, none = client.get(url), client.get(url.replace(area, "nowhere"))
        if answer.status_code != none.status_code or name in body(answer):
            wrong.append(f"GET {url}: {answer.status_code}, {none.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["nobody", "outsider", *ROLES])
def test_no_empty_form_fails_and_nobody_writes_without_a_sign_in(hub, role) -> None:
    from boloci.hub.people.models import AuditRow

    client, _user = reader(hub, role)
    own = hub.places("district")[0]
    walked = addresses(hub, own.place_id, files=False)
    before = AuditRow.objects.count()
    wrong = []
    for url in walked:
        if role == "administrator" and url.startswith("/people/"):
            continue  # its buttons do what they say: tests of their own look at them
        answer = client.post(url)
        if answer.status_code >= 500:
            wrong.append(f"POST {url}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    if role in ("nobody", "viewer"):
        assert AuditRow.objects.count() == before


@pytest.mark.parametrize("role", ["nobody", "outsider", *ROLES])
def test_users_and_audit_are_the_administrators_alone(hub: Hub, role: str) -> None:
    client, _user = reader(hub, role)
    own = hub.places("district")[0]
    for url in addresses(hub, own.place_id, files=True):
        if not url.startswith(OFFICE):
            continue
        status = client.get(url).status_code
        if role == "administrator":
            assert status in (200, 404, 405), url
        elif role == "nobody":
            assert status in (302, 403, 405), url
        else:
            assert status in (403, 405), url
