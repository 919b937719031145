"""The hub as a WSGI application: what granian serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boloci.hub.settings")

from boloci.no_pandas import keep_out

keep_out()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

import boloci.hub.urls  # noqa: E402, F401  so that no first reader waits for imports
from boloci.hub import resting  # noqa: E402

resting.watch()
