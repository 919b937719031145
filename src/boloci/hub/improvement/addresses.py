"""Addresses of improvement projects."""

from django.urls import path

from boloci.hub.improvement import entry, page, views
from boloci.hub.pages import route

addresses = [
    route("improvement", page.projects, "improvement"),
    path("improvement/add", views.add_project, name="add_project"),
    route("improvement/(?P<pk>[0-9]{1,9})", page.project, "project"),
    path("improvement/<int:pk>/change", views.change_project, name="change_project"),
    path("improvement/<int:pk>/month", entry.month, name="team_month"),
    path("improvement/<int:pk>/<slug:what>/add", views.add, name="add_record"),
    path(
        "improvement/<int:pk>/<slug:what>/<int:number>",
        views.change,
        name="change_record",
    ),
]
