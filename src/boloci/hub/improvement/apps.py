"""The room of improvement projects."""

from django.apps import AppConfig


class Improvement(AppConfig):
    """Projects, and all that teams and coaches write about them."""

    name = "boloci.hub.improvement"
    label = "improvement"
