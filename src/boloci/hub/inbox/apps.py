"""The room of the inbox."""

from django.apps import AppConfig


class Inbox(AppConfig):
    """Comments, actions, and when each person last looked."""

    name = "boloci.hub.inbox"
    label = "inbox"
