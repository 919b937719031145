"""What the forms of people share: refusals as sentences, versions, places by name."""

from django.http import HttpRequest

from boloci.hub.current import current, workspace
from boloci.hub.language import spoken
from boloci.places_asked import places_named
from boloci.problems import Refused
from boloci.wording import problem_sentence


def sentences(error: Refused) -> list[str]:
    """A refusal as lines to show above a form: what is wrong, what to do."""
    told = [
        problem_sentence(problem, workspace().catalogue, spoken())
        for problem in error.problems
    ]
    return [line for one in told for line in one.split("\n") if line]


def one_line(text: str) -> str:
    """A text without line breaks and without signs that no screen or database takes."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(seen.split())


def version_of(request: HttpRequest) -> int:
    """The version of the record that a form was filled from; 0 where it says none."""
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def place_name(place_id: str) -> str:
    """What a place is called; blank for the whole country."""
    if not place_id:
        return ""
    try:
        found = current().by_id.get(place_id)
    except Refused:
        return place_id
    return found.name if found else place_id


def place_words(place_id: str) -> str:
    """Words that name a place and no other, for a form: its name, else its id."""
    name = place_name(place_id)
    try:
        alone = bool(name) and places_named(current(), name)[0].place_id == place_id
    except Refused:
        alone = False
    return name if alone else place_id
