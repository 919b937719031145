"""The hub as a WSGI application: what granian serves."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "boloci.hub.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
