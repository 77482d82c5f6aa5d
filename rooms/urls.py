"""Addresses of the chat's pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
