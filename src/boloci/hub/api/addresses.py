"""Addresses of the API and of its page."""

from django.urls import path

from boloci.hub.api.docs import docs
from boloci.hub.api.program import api

addresses = [path("api", docs, name="api_docs"), path("api/", api.urls)]
