"""Mirroring published places, so that records can belong to them."""

from django.db import transaction

from boloci.hub.current import current
from boloci.hub.places.models import Place
from boloci.names import fold
from boloci.published import PlaceRow

_FIELDS = ("name", "level", "path", "folded", "closed")
_BATCH = 400


@transaction.atomic
def mirror() -> int:
    """Bring the mirror to the current build; the number of places that changed.

    A place that the build no longer has is closed, never deleted. No audit: people
    write nothing here.
    """
    known = {place.place_id: place for place in Place.objects.all()}
    published = {row.place_id: _mirrored(row) for row in current().places}
    new = [place for place_id, place in published.items() if place_id not in known]
    changed = []
    for place_id, place in known.items():
        wanted = published.get(place_id)
        fields = _told(wanted) if wanted else {**_told(place), "closed": True}
        if fields != _told(place):
            for name, value in fields.items():
                setattr(place, name, value)
            changed.append(place)
    Place.objects.bulk_create(new, batch_size=_BATCH)
    Place.objects.bulk_update(changed, _FIELDS, batch_size=_BATCH)
    return len(new) + len(changed)


def _mirrored(row: PlaceRow) -> Place:
    ids = [one for one in row.path.split("/") if one]
    return Place(
        place_id=row.place_id,
        name=row.name[:200],
        level=row.level,
        path=f"/{'/'.join(ids)}/",
        folded=" | ".join(fold(name) for name in (row.name, *row.aliases))[:600],
    )


def _told(place: Place) -> dict[str, object]:
    return {name: getattr(place, name) for name in _FIELDS}
