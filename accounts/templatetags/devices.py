"""Devices in letters."""

from __future__ import annotations

from django import template

from accounts.devices import device

register = template.Library()


@register.filter
def device_name(user_agent: str) -> str:
    """Say in plain words what did something; what it says of itself could be anything, and goes into no letter."""
    return device(user_agent).name
