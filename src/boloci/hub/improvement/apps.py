"""The room of improvement projects."""

from django.apps import AppConfig


class Improvement(AppConfig):
    """Projects, and all that teams and coaches write about them."""

    name = "boloci.hub.improvement"
    label = "improvement"

    def ready(self) -> None:
        """Let comments and actions be about coaching visits."""
        from boloci.hub.improvement import visits
        from boloci.hub.inbox import about

        about.KINDS[visits.KIND] = visits.SUBJECT
