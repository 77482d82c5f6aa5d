"""The project as an application: its checks, and its administration."""

from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.checks import register

from chatproject.checks import configuration


class ProjectConfig(AppConfig):
    name = "chatproject"

    def ready(self) -> None:
        register(configuration)


class AdministrationConfig(AdminConfig):
    """Django's own, with a site that shows how the chat is."""

    default_site = "chatproject.administration.Administration"
