"""What stands for a person's face, in templates."""

from django import template

from accounts import avatars

register = template.Library()
register.filter("initials", avatars.initials)
register.filter("hue", avatars.hue)
