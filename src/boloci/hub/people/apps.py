"""The room of people."""

from django.apps import AppConfig


class People(AppConfig):
    """Users and audit."""

    name = "boloci.hub.people"
    label = "people"
