"""The workspace that this process serves, and its facts as published now."""

from django.conf import settings

from boloci.problems import Refused
from boloci.published import Published, published
from boloci.workspace import Workspace


def workspace() -> Workspace:
    """The workspace that is served."""
    served: Workspace = settings.WORKSPACE
    return served


def current(profile: str = "boloci") -> Published:
    """The current build. Raises `Refused` where nothing is published yet."""
    return published(workspace(), profile=profile)


def build_file() -> str:
    """The file of the current build, its key in caches; blank before the first."""
    try:
        return str(current().path)
    except Refused:
        return ""
