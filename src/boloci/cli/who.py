"""Who is at the keyboard, for the record of an import."""

import getpass

NOBODY = "?"


def user() -> str:
    """The name of the system's user; ? where the system knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return NOBODY
