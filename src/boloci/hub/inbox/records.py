"""Comments and actions that a person may read: those about the own place and all
below it, and those that the person wrote, owns or is named in."""

from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from boloci.hub.current import current
from boloci.hub.inbox.models import UNFINISHED, Action, Comment, Seen
from boloci.hub.people.models import User
from boloci.hub.rights import WRITES, may, readable
from boloci.problems import Refused
from boloci.published import PlaceRow

EVERY = Q()


def comments(user: User, among: Q = EVERY) -> QuerySet[Comment]:
    """Comments that a person may read, latest first; of those `among` which."""
    every = Comment.objects.select_related("by").filter(among)
    return every.filter(_readable(user, every, Q(by=user))).distinct()


def actions(user: User, among: Q = EVERY) -> QuerySet[Action]:
    """Actions that a person may read, latest first; of those `among` which."""
    every = Action.objects.select_related("by", "owner").filter(among)
    mine = Q(by=user) | Q(owner=user)
    return every.filter(_readable(user, every, mine)).distinct()


def own_actions(user: User) -> QuerySet[Action]:
    """What a person has to do, the most urgent first."""
    mine = actions(user, Q(owner=user, status__in=UNFINISHED))
    return mine.order_by("due", "id")


def _readable(user: User, records: QuerySet[Any], mine: Q) -> Q:
    """Records about the own place and below; of other places that a person may see,
    those that are the person's or name the person."""
    if user.sees_everything:
        return Q()
    # Compared here, not by path in the database: places move between builds, and
    # SQLite takes no notice of capitals in ids, which differ by them alone.
    places = set(records.order_by().values_list("place_id", flat=True).distinct())
    own = [one for one in places if works(user, one)]
    visible = places & readable(user).places
    named = Q(place_id__in=visible) & (mine | Q(mentions=user))
    return Q(place_id__in=own) | named


def works(user: User, place_id: str) -> bool:
    """Whether a place is a person's own or lies inside it."""
    if user.sees_everything:
        return True
    try:
        place = current().by_id.get(place_id)
    except Refused:
        return False
    return place is not None and user.place_id in place.path.split("/")


def owners(here: PlaceRow) -> list[User]:
    """People who can be asked to do something about a place: who may write about it,
    and who work inside it."""
    inside = current().by_id
    return [
        user
        for user in User.objects.filter(is_active=True).order_by("name", "username")
        if may(user, "act", here.place_id)
        or (
            user.role in WRITES["act"]
            and user.place_id in inside
            and here.place_id in inside[user.place_id].path.split("/")
            and readable(user).sees(here)
        )
    ]


def seen(user: User) -> Seen | None:
    """When a person last looked."""
    return Seen.objects.filter(user=user).first()


def waiting(user: User) -> int:
    """How much waits for a person: own actions whose day has come, comments unread.

    Every page shows it, and most often nobody has said anything since: so one question
    asks what is due and whether there is a comment to look at. Written in SQL: to put
    it together from querysets costs more than the four questions it stands for.
    """
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [user.pk, *UNFINISHED, today, user.pk, user.pk])
        due, some = cursor.fetchone()
    return int(due) + (unread(user).count() if some else 0)


_WAITING = f"""
SELECT
    (SELECT count(*) FROM {Action._meta.db_table} WHERE owner_id = %s
     AND status IN ({", ".join(["%s"] * len(UNFINISHED))}) AND due <= %s),
    EXISTS (SELECT 1 FROM {Comment._meta.db_table} c WHERE c.by_id <> %s
     AND NOT EXISTS (SELECT 1 FROM {Seen._meta.db_table} s
                     WHERE s.user_id = %s AND s.at >= c.at))
"""


def unread(user: User) -> QuerySet[Comment]:
    """Comments of others since a person last looked."""
    last = seen(user)
    since = Q(at__gt=last.at) if last else Q()
    return comments(user, since & ~Q(by=user))
