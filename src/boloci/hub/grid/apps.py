"""The room of typed months."""

from django.apps import AppConfig


class Grid(AppConfig):
    """Months that teams type, before and after they count."""

    name = "boloci.hub.grid"
    label = "grid"
