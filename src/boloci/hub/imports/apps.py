"""The room of imports."""

from django.apps import AppConfig


class Imports(AppConfig):
    """Uploads before they count, and the publishing of figures."""

    name = "boloci.hub.imports"
    label = "imports"
