"""A column that follows another: the key of a name, kept right at every save."""

from __future__ import annotations

from typing import Any

from django.db import models

from .names import name_key


class NameKeyField(models.CharField):  # type: ignore[type-arg]
    """The `name_key` of the field `source`, written whenever the row is saved or bulk-created."""

    def __init__(self, *args: Any, source: str, **kwargs: Any) -> None:  # Any: Django's field options.
        self.source = source
        super().__init__(*args, **{"editable": False, "max_length": 255, **kwargs})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "source": self.source}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: FBT001
        key = name_key(getattr(model_instance, self.source))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key
