"""People in the administration: profiles in view, accounts closed, erased instead of deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser, Group
from django.db import transaction
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy as _, gettext_noop, ngettext, pgettext_lazy

from .admin_forms import NewPasswordForm, NewPersonForm, PersonForm
from .few_at_once import FewAtOnce
from .models import Profile, User
from .rights import PERMISSIONS, RightsField, may_do_more
from .services import erase_user

RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")
STATES = {
    "open": pgettext_lazy("an account", "open"),
    "closed": pgettext_lazy("an account", "closed"),
    "erased": pgettext_lazy("an account", "erased"),
}
# As the log of actions keeps it, in no language.
CLOSED_AN_ACCOUNT = gettext_noop("Closed the account.")
OPENED_AN_ACCOUNT = gettext_noop("Opened the account again.")


def is_within_reach(administrator: AbstractBaseUser | AnonymousUser, person: User | None) -> bool:
    """Whether an administrator may touch somebody: not the erased, and superusers by superusers only."""
    if person is None:
        return True
    return not person.is_erased and (
        bool(getattr(administrator, "is_superuser", False)) or not person.is_superuser
    )


def may_hold(administrator: AbstractBaseUser | AnonymousUser, person: User | None) -> bool:
    """Whether an administrator may change or erase an account; whoever sets its password may do what its owner may."""
    if not is_within_reach(administrator, person):
        return False
    return person is None or not may_do_more(person, administrator)


class AccountFilter(admin.SimpleListFilter):
    """What became of an account."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        match self.value():
            case "open":
                return queryset.filter(is_active=True)
            case "closed":
                return queryset.filter(is_active=False, erased_at=None)
            case "erased":
                return queryset.exclude(erased_at=None)
        return queryset


class ProfileInline(admin.StackedInline):  # type: ignore[type-arg]
    model = Profile
    can_delete = False
    fields = ("age", "age_stated_on", "gender", "language", "shows_age", "shows_gender")


admin.site.unregister(Group)
admin.site.unregister(EmailAddress)  # Whoever may change one may let the password of anybody be reset.
admin.site.unregister(UserSession)  # Shown with the person.


@admin.register(Group)
class RightsAdmin(GroupAdmin):
    """Groups give rights, also to those who are in them: only a superuser gives rights."""

    filter_horizontal = ()

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest | None = None, **options: Any
    ) -> Any:
        """Boxes to tick instead of two lists with arrows. Any: Django's own loose types."""
        return RightsField(PERMISSIONS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_view_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return bool(request.user.is_superuser)

    has_change_permission = has_delete_permission = has_view_permission

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)


@admin.register(User)
class PersonAdmin(FewAtOnce, UserAdmin):  # type: ignore[type-arg]
    """What is deleted here is erased: the row stays as the author of what the log keeps."""

    inlines = (ProfileInline,)
    list_display: tuple[str, ...] = (
        "username",
        "full_name",
        "age",
        "gender",
        "email",
        "state",
        "rights",
        "last_login",
    )
    list_filter: ClassVar[tuple[Any, ...]] = (AccountFilter, "is_staff")
    list_select_related = ("profile",)
    list_per_page = 50
    form = PersonForm
    add_form = NewPersonForm
    change_password_form = NewPasswordForm
    filter_horizontal = ()
    search_fields = ("username", "first_name", "last_name", "email")
    readonly_fields = ("last_login", "date_joined", "erased_at")
    actions: tuple[str, ...] = ("close_accounts", "open_accounts", "delete_selected")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Rights"), {"fields": ("is_active", *RIGHTS)}),
        (_("Times"), {"fields": ("last_login", "date_joined", "erased_at")}),
    )

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """Boxes to tick instead of two lists with arrows. Any: Django's own loose types."""
        if db_field.name == "user_permissions":
            return RightsField(PERMISSIONS)
        return super().formfield_for_manytomany(
            db_field, request, **{**options, "widget": CheckboxSelectMultiple}
        )

    @admin.display(description=pgettext_lazy("of a person", "name"), ordering="first_name")
    def full_name(self, person: User) -> str:
        return person.display_name

    @admin.display(description=_("age"))
    def age(self, person: User) -> int | None:
        profile = getattr(person, "profile", None)
        return profile.age_on(timezone.localdate()) if profile else None

    @admin.display(description=_("gender"))
    def gender(self, person: User) -> str:
        profile = getattr(person, "profile", None)
        return profile.get_gender_display() if profile else ""

    @admin.display(description=_("account"), ordering="is_active")
    def state(self, person: User) -> Any:
        """Whether one can log in. Any: a lazy text."""
        return STATES["erased" if person.is_erased else "open" if person.is_active else "closed"]

    @admin.display(description=_("rights"), ordering="is_staff")
    def rights(self, person: User) -> Any:
        """What they may do here. Any: a lazy text, or nothing, which Django shows as a dash."""
        return _("everything") if person.is_superuser else _("administration") if person.is_staff else None

    @admin.action(description=_("Close the selected accounts"), permissions=["change"])
    def close_accounts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        """Nobody logs in with a closed account, and its sockets are cut; an administrator's own stays open."""
        self._set_active(request, people.exclude(username=request.user.get_username()), is_active=False)

    @admin.action(description=_("Open the selected accounts again"), permissions=["change"])
    def open_accounts(self, request: HttpRequest, people: QuerySet[User]) -> None:
        self._set_active(request, people.filter(erased_at=None), is_active=True)

    @admin.action(description=_("Erase the selected people"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, people: QuerySet[User]) -> HttpResponse | None:
        """Django's own, in words of ours: what it calls deleting is erasing here."""
        answer: HttpResponse | None = delete_selected(self, request, people)
        return answer

    def get_list_display(self, request: HttpRequest) -> Any:
        """Ages and genders are for whoever may see profiles. Any: Django's own loose type."""
        columns = super().get_list_display(request)
        if request.user.has_perm("accounts.view_profile"):
            return columns
        return [column for column in columns if column not in {"age", "gender"}]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """Only a superuser gives rights. Any: Django's own loose type."""
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *RIGHTS)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and may_hold(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody erases themselves here: the last administrator would be gone for good."""
        if obj is not None and obj.pk == request.user.pk:
            return False
        return super().has_delete_permission(request, obj) and may_hold(request.user, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Show whom it is about; nothing else goes with them. Any: a QuerySet or a list, as Django calls it."""
        people = list(objs)
        refused = {str(person) for person in people if not self.has_delete_permission(request, person)}
        counts = {str(self.opts.verbose_name_plural): len(people)}
        return [str(person) for person in people], counts, refused, []

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: Any) -> None:
        """What follows from it, too: where letters go, and what was done in words. Any: Django's own loose types."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not change:
                return
            if "email" in form.changed_data:
                _replace_address(obj)
            if "is_active" in form.changed_data:
                self._log_state(request, obj)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[LogEntry]:
        """Each is noted where it is done, by `_erase`: Django would note all of them before. Any: a list, too."""
        return []

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        self._erase(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for person in queryset:
            self._erase(request, person)

    def _erase(self, request: HttpRequest, person: User) -> None:
        with transaction.atomic():
            super().log_deletions(request, [person])  # type: ignore[arg-type]  # it is iterated
            erase_user(person)

    def _set_active(self, request: HttpRequest, people: QuerySet[User], *, is_active: bool) -> None:
        other = [person for person in people if person.is_active is not is_active]
        held = [person for person in other if may_hold(request.user, person)]
        for person in held:
            person.is_active = is_active
            with transaction.atomic():
                person.save(update_fields=["is_active"])
                self._log_state(request, person)
        if len(held) < len(other):
            text = gettext("You may not change the account of somebody who may do more than you.")
            self.message_user(request, text, messages.WARNING)
        count = len(held)
        text = ngettext("%(count)d account changed.", "%(count)d accounts changed.", count) % {"count": count}
        self.message_user(request, text, messages.SUCCESS if held else messages.INFO)

    def _log_state(self, request: HttpRequest, person: User) -> None:
        self.log_change(request, person, OPENED_AN_ACCOUNT if person.is_active else CLOSED_AN_ACCOUNT)


def _replace_address(person: User) -> None:
    """Let no letter go to the old address any more: it may be why an administrator was asked for help."""
    EmailAddress.objects.filter(user=person).delete()
    if person.email:
        EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
