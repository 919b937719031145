"""The room of corrections."""

from django.apps import AppConfig


class Corrections(AppConfig):
    """Corrections and what was decided of them."""

    name = "boloci.hub.corrections"
    label = "corrections"
