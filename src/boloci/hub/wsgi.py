"""The hub as a WSGI application: what granian serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boloci.hub.settings")

from boloci.no_pandas import keep_out

keep_out()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
assert get_resolver().url_patterns, "every page is imported before the first reader"
