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


def build_id() -> str:
    """The current build's id; blank where nothing is published yet."""
    try:
        return current().build
    except Refused:
        return ""
