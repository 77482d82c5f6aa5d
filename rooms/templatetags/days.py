"""Names of days, in templates."""

from django import template

from rooms.pages.days import day_name

register = template.Library()
register.filter("day_name", day_name)
