"""How a form's field is drawn."""

from __future__ import annotations

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

# Fields that share a line, also on a phone.
WIDTHS = {"first_name": "half", "last_name": "half", "age": "third", "gender": "two-thirds"}


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """Draw the widget without the placeholder that allauth gives it: every field here has a label that stays."""
    return field.as_widget(attrs={"placeholder": False})


@register.filter
def width_class(field: BoundField) -> str:
    """Name the part of a line that the field takes, as another class; nothing for a whole line."""
    width = WIDTHS.get(field.name)
    return f" field--{width}" if width else ""
