"""Days as one calls them: today, yesterday, a day of this year, a day of another one."""

from datetime import date, timedelta

from django.utils.dateformat import format as formatted
from django.utils.translation import gettext, pgettext


def day_name(day: date, today: date) -> str:
    """Return a day's name in the active language, the same as static/js/page/day_names.js gives it."""
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    of_this_year = pgettext("how a day of this year is written", "l, F j")
    of_another = pgettext("how a day of another year is written", "l, F j, Y")
    name = formatted(day, of_this_year if day.year == today.year else of_another)
    return name[:1].upper() + name[1:]
