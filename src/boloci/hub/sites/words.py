"""What readers call kinds, changes and states of groups."""

from boloci.hub.language import _
from boloci.hub.sites.known import Known
from boloci.hub.sites.models import Change


def kinds() -> dict[str, str]:
    """Kinds of groups in words."""
    return {
        "programme": _("programme"),
        "administrative": _("administrative map"),
        "study": _("study"),
        "project": _("project"),
        "dhis2": _("group of units in DHIS2"),
    }


def kind(code: str) -> str:
    """A kind of group in words."""
    return kinds().get(code, code)


def shown_to(one: Known) -> str:
    """Who sees a group: without having been opened, nobody sees its health areas who
    may not see them anyway."""
    if one.open:
        return _("everyone, its health areas too")
    return _("who may see all its places")


def state(one: Known) -> str:
    """Whether the figures are those of the group as it stands."""
    if one.waiting:
        return _("being written")
    if one.published:
        return _("in the figures")
    if one.place is None:
        return _("not yet in the figures")
    return _("changed since the figures were published")


def what(change: Change) -> str:
    """What a change did."""
    return {
        "made": _("Group made"),
        "named": _("Name or kind changed"),
        "added": _("Members added"),
        "ended": _("Membership ended"),
        "dated": _("Dates or reason corrected"),
        "removed": _("Member removed (entered by mistake)"),
        "taken": _("Members replaced by a file"),
    }[change.what]


def became(change: Change, counting: frozenset[str]) -> str:
    """What became of a change; `counting`: the imports that count, by id.

    Its import may have been taken back, or brought back, on the page of imports.
    """
    if change.state == "undone" and change.snapshot in counting:
        return _("written; taken back by {name}, then brought back").format(
            name=change.undone_by
        )
    if change.state == "kept" and change.snapshot not in counting:
        return _("taken back on the page Imports")
    return {
        "waiting": _("being written"),
        "kept": _("written"),
        "refused": _("refused"),
        "undoing": _("being taken back"),
        "undone": _("taken back by {name}").format(name=change.undone_by),
    }[change.state]
