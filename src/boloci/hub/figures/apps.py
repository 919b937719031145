"""The room of figures."""

from django.apps import AppConfig


class Figures(AppConfig):
    """Pages of figures; no records."""

    name = "boloci.hub.figures"
    label = "figures"

    def ready(self) -> None:
        """Keep drawn pictures in the workspace."""
        from django.conf import settings

        from boloci.charts import drawing

        drawing.keep_in(settings.WORKSPACE.root / "cache" / "charts")
