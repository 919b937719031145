"""Addresses of people: signing in and out, the language."""

from allauth.account.views import LoginView, LogoutView
from django.urls import path

from boloci.hub.people import views

addresses = [
    path(
        "sign-in",
        LoginView.as_view(template_name="people/sign_in.html"),
        name="account_login",
    ),
    path(
        "sign-out",
        LogoutView.as_view(template_name="people/sign_out.html"),
        name="account_logout",
    ),
    path("language", views.language, name="language"),
    path("home", views.home, name="home"),
]
