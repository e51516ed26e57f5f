"""How one row is named across apps without a foreign key: `complaints.complaint/12`."""

from django.apps import apps
from django.db.models import Model


def subject_key(obj: Model) -> str:
    """The key of a saved row, `<app>.<model>/<pk>`; used by the log, clocks, attachments and mail."""
    return f"{obj._meta.label_lower}/{obj.pk}"


def subject_object(key: str) -> Model | None:
    """The row a key names, or None when it is gone or the key is malformed."""
    label, _, pk = key.partition("/")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model._base_manager.filter(pk=pk).first()
