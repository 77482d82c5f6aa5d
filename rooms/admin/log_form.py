"""What one may look for in the log."""

import json
import re
from datetime import UTC, date, datetime, time, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.names import name_key
from rooms.models import Room
from rooms.services.log_leaves import LogQuestion

_NUMBER = re.compile(r"#([0-9]{1,18})")
_NAMESAKES = 50
_A_DAY = timedelta(days=1)
LABELS = {"words": _("Text"), "author": _("Person"), "room": _("Room"), "day": _("Day")}


class LogForm(forms.Form):
    """A form that is sent with GET: its address can be kept and passed on."""

    words = forms.CharField(
        label=LABELS["words"], required=False, max_length=200, widget=forms.TextInput({"type": "search"})
    )
    author = forms.CharField(
        label=LABELS["author"],
        required=False,
        max_length=150,
        widget=forms.TextInput({"placeholder": _("username")}),
    )
    room = forms.CharField(
        label=LABELS["room"],
        required=False,
        max_length=160,
        widget=forms.TextInput({"placeholder": _("name or #number")}),
    )
    day = forms.DateField(
        label=LABELS["day"], required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    kind = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", _("in rooms")), ("private", _("in private messages"))],
    )

    def __init__(self, asked: QueryDict, *, may_read_private: bool) -> None:
        """Offer what this administrator may read."""
        super().__init__(asked, label_suffix="")
        for name, field in self.fields.items():
            field.widget.attrs["class"] = f"log-form__{name}"
        if not may_read_private:
            del self.fields["kind"]

    def clean_author(self) -> User | None:
        """Find whoever has, or had, this login."""
        login = self.cleaned_data["author"]
        if not login:
            return None
        person: User | None = User.objects.named(login).first()
        if person is None:
            raise ValidationError(_("Nobody has this username."))
        return person

    def clean_room(self) -> list[int] | None:
        """Find the room of this number, or all that have had this name."""
        wanted = self.cleaned_data["room"].strip()
        if not wanted:
            return None
        number = _NUMBER.fullmatch(wanted)
        rooms = (
            Room.objects.filter(pk=int(number[1]))
            if number
            else Room.objects.filter(name_key=name_key(wanted))
        )
        found = list(rooms.order_by("-pk").values_list("pk", flat=True)[:_NAMESAKES])
        if not found:
            raise ValidationError(_("There is and was no such room."))
        return found

    def clean_day(self) -> date | None:
        """Refuse a day that begins or ends beyond the calendar, which depends on where the reader is."""
        day: date | None = self.cleaned_data["day"]
        try:
            for edge in (day, day + _A_DAY) if day else ():
                _midnight(edge).astimezone(UTC)
        except OverflowError as error:
            raise ValidationError(self.fields["day"].error_messages["invalid"]) from error
        return day

    def question(self) -> LogQuestion:
        """Return what has been asked; the form must be valid."""
        asked = self.cleaned_data
        day, author = asked["day"], asked["author"]
        is_private = asked.get("kind") == "private"
        return LogQuestion(
            private=is_private,
            room_ids=None if is_private else asked["room"],
            author_id=author.pk if author else None,
            since=_midnight(day) if day else None,
            until=_midnight(day + _A_DAY) if day else None,
            words=asked["words"],
        )

    def asked(self) -> str:
        """Return what has been asked, for the log of actions: in no language."""
        asked = {name: self.data[name] for name in self.fields if self.data.get(name)}
        if author := self.cleaned_data["author"]:
            asked["author"] = author.username  # as it is written, so that it is found when they are erased
        return json.dumps(asked, ensure_ascii=False) if asked else ""


def _midnight(day: date) -> datetime:
    """Return when a day begins where the reader is; not each has 24 hours."""
    return timezone.make_aware(datetime.combine(day, time()))
