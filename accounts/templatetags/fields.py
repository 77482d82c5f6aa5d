"""How a form's field is drawn."""

from __future__ import annotations

from django import forms, template
from django.contrib.auth.password_validation import password_validators_help_texts
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

register = template.Library()

# Fields that share a line, also on a phone.
WIDTHS = {"first_name": "half", "last_name": "half", "age": "third", "gender": "two-thirds"}
# The same word for a thing on every page; allauth has several.
LABELS = {
    "login": _("Username"),
    "username": _("Username"),
    "password": _("Password"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("The same password again"),
    "email": _("E-mail"),
}


@register.filter
def label_of(field: BoundField) -> str:
    """Return the field's label; who signs up has no old password to tell from a new one."""
    if field.name == "password1" and "username" in field.form.fields:
        return str(LABELS["password"])
    return str(LABELS.get(field.name, field.label))


@register.filter
def help_of(field: BoundField) -> str:
    """Return what stands below the field; of a new password what its checks say beforehand, if they do."""
    if field.help_text and is_password(field):
        return " ".join(text for text in password_validators_help_texts() if text)
    return str(field.help_text)


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """Draw the widget without the placeholder that allauth gives it: every field here has a label that stays.

    That it is not filled in yet is no mistake, as which Chromium tells it of a choice.
    """
    return field.as_widget(attrs={"placeholder": False, "aria-invalid": str(bool(field.errors)).lower()})


@register.filter
def is_password(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.PasswordInput)


@register.filter
def is_choice(field: BoundField) -> bool:
    """Whether it is a box to tick, before its label."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def repeated_in(field: BoundField) -> str:
    """Name the field in which this password is typed a second time, where no script does it."""
    form = field.form
    return (
        str(form["password2"].id_for_label)
        if field.name == "password1" and "password2" in form.fields
        else ""
    )


@register.filter
def width_class(field: BoundField) -> str:
    """Name the part of a line that the field takes, as another class; nothing for a whole line."""
    width = WIDTHS.get(field.name)
    return f" field--{width}" if width else ""
