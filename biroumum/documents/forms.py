"""The field with which a form takes files: each is rebuilt and accepted, or told by its name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from biroumum.documents.intake import KINDS, Accepted, accept_all


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Cleans to a list of `Accepted`, ready for `services.attach_all`; office documents only with `staff`."""

    def __init__(self, *, staff: bool = False, **kwargs: Any) -> None:
        self.staff = staff
        kwargs.setdefault("widget", FilesInput)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """What a phone offers to choose from; an iPhone then turns its HEIC photos into JPEG by itself."""
        kinds = [kind.media_type for kind in KINDS.values() if self.staff or not kind.staff_only]
        return super().widget_attrs(widget) | {"accept": ",".join(kinds)}

    def clean(self, data: Any, initial: Any = None) -> list[Accepted]:
        files = list(data) if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not files:
            raise ValidationError(self.error_messages["required"], code="required")
        taken, refused = accept_all(files, staff=self.staff)
        if refused:
            raise ValidationError([str(file) for file in refused])
        return taken
