"""Addresses of the whole site."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from accounts import entrance_views, views as accounts_views
from chatproject import application, health

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("accounts/profile/", accounts_views.profile, name="profile"),
    path("accounts/sessions/", accounts_views.sessions, name="sessions"),
    path("accounts/signup/", entrance_views.sign_up, name="account_signup"),
    path("accounts/login/", entrance_views.log_in, name="account_login"),
    path("accounts/", include("allauth.urls")),
    path("_allauth/", include("allauth.headless.urls")),
    path("people/<str:login>/", accounts_views.person, name="person"),
    path("session", accounts_views.session),
    path("language/", accounts_views.choose_language, name="choose_language"),
    path("theme/", accounts_views.choose_theme, name="choose_theme"),
    path("application-<str:language>.webmanifest", application.manifest, name="manifest"),
    path("sw.js", application.service_worker, name="service_worker"),
    path("offline/<str:language>/", application.offline, name="offline"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
    path("", include("rooms.urls")),
]
