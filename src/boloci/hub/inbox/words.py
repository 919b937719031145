"""What readers call the states of an action."""

from boloci.hub.language import _


def statuses() -> dict[str, str]:
    """Status -> what readers call it, in the order of work."""
    return {
        "open": _("to do"),
        "doing": _("under way"),
        "done": _("done"),
        "dropped": _("dropped"),
    }


def status(code: str) -> str:
    """What readers call a status."""
    return statuses().get(code, code)
