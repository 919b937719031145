"""What people's roles, and writes in the audit, are called."""

from boloci.hub.language import _


def roles() -> dict[str, str]:
    """Role -> what readers call it, in the order of a list of choices."""
    return {
        "viewer": _("Reader"),
        "district_manager": _("District manager"),
        "coach": _("Coach"),
        "vaccinator": _("Vaccinator"),
        "logistics": _("Logistics officer"),
        "analyst": _("Analyst"),
        "administrator": _("Administrator"),
    }


def role(code: str) -> str:
    """What readers call a role."""
    return roles().get(code, code)


def action(code: str) -> str:
    """What readers call a write; its code in words where no room named it."""
    known = {
        "make_user": _("user added"),
        "change_user": _("user changed"),
        "change_own": _("own account changed"),
        "close_user": _("account closed"),
        "reopen_user": _("account opened again"),
        "unlock_user": _("account unlocked"),
        "reset_password": _("password given anew"),
        "change_password": _("own password changed"),
        "second_step_on": _("second step put on"),
        "second_step_off": _("second step taken off"),
        "recovery_codes": _("new recovery codes"),
        "make_token": _("key made"),
        "revoke_token": _("key revoked"),
        "comment": _("comment written"),
        "act": _("action noted"),
        "change_action": _("action changed"),
        "inbox_read": _("inbox read"),
    }
    return known.get(code, code.replace("_", " "))


def field(name: str) -> str:
    """What readers call a field of a record; its name in words where none is known."""
    known = {
        "username": _("User name"),
        "name": _("Name"),
        "role": _("Role"),
        "place_id": _("Place"),
        "language": _("Language"),
        "is_active": _("account open"),
        "is_demo": _("demonstration"),
        "start": _("Starts with"),
        "expires": _("Valid until"),
        "revoked": _("revoked"),
        "text": _("Text"),
        "owner": _("By whom"),
        "due": _("Due on"),
        "status": _("Where it stands"),
        "evidence": _("What shows that it was done"),
        "about": _("About"),
    }
    return known.get(name, name.replace("_", " "))


def record(about: str) -> str:
    """What readers call a record of the audit: `utilisateur 12`."""
    kind, _space, number = about.partition(" ")
    known = {
        "user": _("user"),
        "token": _("key"),
        "comment": _("comment"),
        "action": _("action"),
    }
    return f"{known.get(kind, kind.replace('_', ' '))} {number}".strip()
