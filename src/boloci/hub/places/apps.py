"""The room of places."""

from django.apps import AppConfig


class Places(AppConfig):
    """The mirror of published places."""

    name = "boloci.hub.places"
    label = "places"
