"""Addresses of improvement projects."""

from django.urls import path

from boloci.hub.improvement import entry, page, views, visits
from boloci.hub.pages import route

addresses = [
    route("improvement", page.projects, "improvement"),
    path("improvement/add", views.add_project, name="add_project"),
    route("improvement/(?P<pk>[0-9]{1,9})", page.project, "project"),
    route("improvement/(?P<pk>[0-9]{1,9})/sites", page.every_site, "every_site"),
    route("improvement/(?P<pk>[0-9]{1,9})/package", page.change_package, "package"),
    route("improvement/(?P<pk>[0-9]{1,9})/wall", page.wall, "wall"),
    path("improvement/<int:pk>/story", page.story, name="story"),
    path("improvement/<int:pk>/change", views.change_project, name="change_project"),
    path(
        "improvement/<int:pk>/visit/<int:number>/report",
        visits.report,
        name="visit_report",
    ),
    path("improvement/<int:pk>/month", entry.month, name="team_month"),
    path("improvement/<int:pk>/month/back", entry.take_back, name="team_month_back"),
    path("improvement/<int:pk>/month/file", entry.file, name="team_file"),
    route("improvement/(?P<pk>[0-9]{1,9})/month/blank", entry.blank, "team_blank"),
    path("improvement/<int:pk>/<slug:what>/add", views.add, name="add_record"),
    path(
        "improvement/<int:pk>/<slug:what>/<int:number>",
        views.change,
        name="change_record",
    ),
]
