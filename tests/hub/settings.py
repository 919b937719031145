"""The hub's settings for tests: a new workspace, which the fixture `hub` replaces."""

import os
import tempfile
from pathlib import Path

from boloci import workspace

_before = os.environ.get(workspace.VARIABLE)
_folder = tempfile.TemporaryDirectory(prefix="boloci-hub-tests-")
os.environ[workspace.VARIABLE] = str(workspace.init(Path(_folder.name) / "w").root)
from boloci.hub.settings import *  # noqa: E402, F403

if _before is None:
    del os.environ[workspace.VARIABLE]
else:
    os.environ[workspace.VARIABLE] = _before
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
"""Tests sign in a thousand times; what is stored in use is slow on purpose."""
