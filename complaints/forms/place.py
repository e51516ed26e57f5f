"""Where it happened: the region level by level, a place in words, and a coarse point on the map."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from biroumum.regions.map import Point, coarse, region_map
from biroumum.regions.queries import children, regencies
from complaints.forms.public import QuestionPage


class RegionPage(QuestionPage):
    """One level of the region; the level above was chosen on an earlier page."""

    def among(self, name: str, regions: Any) -> None:
        self.fields[name].queryset = regions  # type: ignore[attr-defined]


def _region(label: Any, empty: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        regencies().none(),
        label=label,
        required=False,
        empty_label=empty,
    )


class DegreesField(forms.DecimalField):
    """Degrees with comma or point, whatever the language of the page."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        messages = {"invalid": _("Isi derajat seperti -6,99")}
        super().__init__(required=False, min_value=-180, max_value=180, error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PlaceForm(RegionPage):
    """A point is kept coarse, and only on the map of the province."""

    regency = _region(_("Kabupaten atau kota"), _("Tidak tahu"))
    place = forms.CharField(
        label=_("Tempatnya"),
        help_text=_("Misalnya nama gedung, jalan, atau patokan di dekatnya."),
        max_length=200,
        required=False,
    )
    latitude = DegreesField(label=_("Lintang"), help_text=_("Misalnya -6,99"))
    longitude = DegreesField(label=_("Bujur"), help_text=_("Misalnya 110,42"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among("regency", regencies())
        if region_map() is None:
            del self.fields["latitude"], self.fields["longitude"]

    def clean(self) -> dict[str, Any]:
        latitude, longitude = (self.cleaned_data.get(name) for name in ("latitude", "longitude"))
        drawn = region_map()
        if self.errors or drawn is None or (latitude is None and longitude is None):
            return self.cleaned_data
        if latitude is None or longitude is None:
            missing = "latitude" if latitude is None else "longitude"
            self.add_error(missing, _("Isi lintang dan bujur, atau kosongkan keduanya"))
        elif not drawn.holds(Point(latitude, longitude)):
            self.add_error("latitude", _("Titik ini di luar peta provinsi"))
        else:
            self.cleaned_data |= {"latitude": coarse(latitude), "longitude": coarse(longitude)}
        return self.cleaned_data


class DistrictForm(RegionPage):
    district = _region(_("Kecamatan"), _("Tidak tahu"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among("district", children(self.answers["tempat"]["regency"]))


class VillageForm(RegionPage):
    village = _region(_("Desa atau kelurahan"), _("Tidak tahu"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among("village", children(self.answers["kecamatan"]["district"]))
