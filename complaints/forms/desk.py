"""The second page at the desk: what depends on the first, and the files, which no page can hand on to another."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _, gettext_lazy

from biroumum.documents.forms import FilesField
from biroumum.regions.models import Region
from complaints.forms.public import DetailsForm
from complaints.states import Source


class DeskMoreForm(DetailsForm):
    """`first`: the cleaned first page."""

    within = forms.ChoiceField(label=gettext_lazy("Kecamatan atau desa"), required=False)
    files = FilesField(  # type: ignore[assignment]
        label=gettext_lazy("Pindaian surat atau berkas lain"),
        staff=True,
        required=False,
        error_messages={"required": gettext_lazy("Lampirkan pindaian surat")},
    )

    def __init__(self, *args: Any, first: dict[str, Any], **kwargs: Any) -> None:
        answers = {"bidang": {"category": str(first["category"].pk)}}
        super().__init__(*args, answers=answers, **kwargs)
        self.fields["files"].required = first["source"] == Source.LETTER
        places = list(_within(first["region"])) if first["region"] else []
        self.fields["within"].choices = [("", _("Tidak tahu")), *places]  # type: ignore[attr-defined]
        if not places:
            del self.fields["within"]

    @property
    def asked(self) -> list[BoundField]:
        return [self[name] for name in self.questions]

    def content(self) -> dict[str, Any]:
        """For services.submit_complaint, over what the first page gives."""
        within = self.cleaned_data.get("within")
        return {"details": self.details()} | ({"region_id": within} if within else {})


def _within(regency: Region) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The districts of a regency, each with its villages; the district itself first, for who knows no more."""
    below = list(Region.objects.filter(code__startswith=f"{regency.pk}.").order_by("code"))
    for district in (region for region in below if region.level == Region.Level.DISTRICT):
        villages = [(region.pk, region.name) for region in below if region.parent_id == district.pk]
        alone = _("%(name)s, desa tidak diketahui") % {"name": district.name}
        yield district.name, [(district.pk, alone), *villages]
