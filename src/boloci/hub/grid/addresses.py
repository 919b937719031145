"""Addresses of the typing grid."""

from django.urls import path

from boloci.hub.grid import views

addresses = [
    path("imports/grid", views.grid, name="grid"),
    path("imports/grid/<int:pk>/discard", views.discard, name="discard_month"),
    path("imports/grid/<int:pk>/back", views.take_back, name="take_month_back"),
]
