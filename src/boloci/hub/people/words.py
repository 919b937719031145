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
        "take_files": _("files sent to be read"),
        "keep_upload": _("files decided to be imported"),
        "discard_upload": _("files discarded"),
        "read_upload_again": _("files read again"),
        "import": _("import brought in"),
        "undo_import": _("import was taken back"),
        "restore_import": _("import was brought back"),
        "publish": _("publishing of figures asked for"),
        "teach_recipe": _("recipe kept"),
        "forget_recipe": _("recipe removed"),
        "begin_month": _("typing of a month begun"),
        "save_month": _("typed month saved as a draft"),
        "send_month": _("typed month sent"),
        "discard_month": _("draft of a month set aside"),
        "take_month_back": _("typed month taken back"),
        "propose_correction": _("correction proposed"),
        "accept_correction": _("correction accepted"),
        "reject_correction": _("correction rejected"),
        "withdraw_correction": _("correction withdrawn"),
        "group_made": _("group made"),
        "group_named": _("group renamed"),
        "group_added": _("members added to a group"),
        "group_dated": _("dates of a membership changed"),
        "group_ended": _("membership ended"),
        "group_removed": _("member removed from a group"),
        "group_taken": _("list of members replaced from a file"),
        "undo_group_change": _("change of a group taken back"),
        "open_group": _("group opened to everyone"),
        "close_group": _("group closed to the public"),
        "improvement_added": _("improvement: record added"),
        "improvement_changed": _("improvement: record changed"),
        "improvement_removed": _("improvement: record taken away"),
        "begin_team_month": _("improvement: a team's month begun"),
        "save_team_month": _("improvement: a team's month saved as a draft"),
        "send_team_month": _("improvement: a team's month sent"),
        "take_team_month_back": _("improvement: a team's month taken back"),
        "bring_team_file": _("improvement: months brought in a file"),
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
        "state": _("State"),
        "files": _("Files"),
        "replace": _("replaces what was known"),
        "snapshot": _("Import"),
        "cells": _("numbers typed"),
        "action": _("What was done"),
        "value": _("Value"),
        "reason": _("Reason"),
        "decision": _("Decision"),
        "element": _("Element"),
        "period": _("Period"),
        "sex": _("Sex"),
        "age": _("Age"),
        "strategy": _("Strategy"),
        "expect": _("number it corrects"),
        "kind": _("Kind"),
        "members": _("Members"),
        "code": _("Code"),
        "build": _("Published figures"),
        "open": _("health areas shown in public"),
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
        "upload": _("upload"),
        "snapshot": _("import"),
        "publication": _("publishing"),
        "recipe": _("recipe"),
        "month": _("month"),
        "correction": _("correction"),
        "group": _("group"),
    }
    return f"{known.get(kind, kind.replace('_', ' '))} {number}".strip()
