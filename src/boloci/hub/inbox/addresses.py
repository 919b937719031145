"""Addresses of the inbox."""

from django.urls import path

from boloci.hub.inbox import page, views
from boloci.hub.pages import route

addresses = [
    route("inbox", page.inbox, "inbox"),
    path("inbox/read", page.read, name="read_inbox"),
    path("inbox/comment", views.comment, name="comment"),
    path("inbox/act", views.act, name="act"),
    path("inbox/action/<int:pk>", views.action, name="action"),
]
