"""Addresses of imports."""

from django.urls import path

from boloci.hub.imports import columns_page, views
from boloci.hub.pages import route

addresses = [
    route("imports", views.imports, "imports"),
    path("imports/undo", views.undo, name="undo_import"),
    path("imports/back", views.bring_back, name="bring_back"),
    path("imports/publish", views.publish, name="publish"),
    path("imports/<int:pk>", views.upload, name="upload"),
    path("imports/<int:pk>/keep", views.keep, name="keep_upload"),
    path("imports/<int:pk>/discard", views.discard, name="discard_upload"),
    path("imports/<int:pk>/read", views.read_again, name="read_upload_again"),
    path("imports/<int:pk>/columns", columns_page.ask, name="columns"),
    path("imports/recipes/forget", columns_page.forget, name="forget_recipe"),
]
