"""The field with which a form takes files: each is rebuilt and accepted, or told by its name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from biroumum.documents.intake import Accepted, accept_all


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of `Accepted`, ready for `services.attach_all`; office documents only with `staff`."""

    def __init__(self, *, staff: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", FilesInput())
        super().__init__(**kwargs)
        self.staff = staff

    def clean(self, data: Any, initial: Any = None) -> list[Accepted]:
        files = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        taken, refused = accept_all(files, staff=self.staff)
        if refused:
            raise ValidationError([str(file) for file in refused])
        return taken
