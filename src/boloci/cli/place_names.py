"""Places as people tell them apart: by name, with the parent where a name is shared."""

from collections import Counter
from collections.abc import Iterable

from boloci.published import PlaceRow


def telling_names(places: Iterable[PlaceRow]) -> dict[str, str]:
    """Identifier -> name; `Kologo (Bougouni)` where two places have one name.

    The ids follow the name of places that even the parent does not tell apart.
    """
    known = list(places)
    names = {place.place_id: place.name for place in known}
    plain = Counter(names.values())
    told = {
        place.place_id: f"{place.name} ({names[place.parent_id]})"
        if plain[place.name] > 1 and place.parent_id in names
        else place.name
        for place in known
    }
    shared = Counter(told.values())
    return {
        id: f"{name} ({id})" if shared[name] > 1 else name for id, name in told.items()
    }
