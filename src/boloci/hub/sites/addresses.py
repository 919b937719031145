"""Addresses of sites and groups."""

from django.urls import path, re_path

from boloci.hub.pages import route
from boloci.hub.sites import editing, views

_GROUP = "^sites/(?P<group>[^/]+)"

addresses = [
    route("sites", views.sites, "sites"),
    path("sites/add", editing.add, name="make_group"),
    re_path(f"{_GROUP}/name$", editing.name, name="name_group"),
    re_path(f"{_GROUP}/members$", editing.members, name="add_members"),
    re_path(f"{_GROUP}/file$", editing.file, name="take_members"),
    re_path(f"{_GROUP}/member$", editing.member, name="member"),
    re_path(f"{_GROUP}/open$", editing.open_to_all, name="open_group"),
    re_path(f"{_GROUP}/undo$", editing.undo, name="undo_group"),
    route("sites/(?P<group>[^/]+?)", views.group, "group"),
]
