"""Addresses of corrections."""

from django.urls import path

from boloci.hub.corrections import views
from boloci.hub.pages import route

addresses = [
    route("corrections", views.corrections, "corrections"),
    path("corrections/add", views.add, name="propose_correction"),
    path("corrections/<int:pk>", views.correction, name="correction"),
    path("corrections/<int:pk>/change", views.change, name="change_correction"),
    path("corrections/<int:pk>/accept", views.accept, name="accept_correction"),
    path("corrections/<int:pk>/reject", views.reject, name="reject_correction"),
    path("corrections/<int:pk>/withdraw", views.withdraw, name="withdraw_correction"),
]
