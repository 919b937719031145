"""Addresses of the inbox."""

from django.urls import path

from boloci.hub.inbox import views

addresses = [
    path("inbox/comment", views.comment, name="comment"),
    path("inbox/act", views.act, name="act"),
    path("inbox/action/<int:pk>", views.action, name="action"),
]
