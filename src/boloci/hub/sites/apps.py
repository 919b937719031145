"""The room of sites and groups."""

from django.apps import AppConfig


class Sites(AppConfig):
    """Changes of groups, on their way to the lake."""

    name = "boloci.hub.sites"
    label = "sites"
