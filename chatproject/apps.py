"""The project as an application: its checks."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register

from chatproject.checks import configuration


class ProjectConfig(AppConfig):
    name = "chatproject"

    def ready(self) -> None:
        register(configuration)
