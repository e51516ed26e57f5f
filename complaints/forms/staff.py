"""Forms of the staff pages that are no step of the table."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import Position
from biroumum.accounts.queries import positions_for
from biroumum.regions.models import Region
from biroumum.regions.queries import regencies
from biroumum.web.forms import DateField, PageForm, PhoneField
from biroumum.worktime.queries import moment
from complaints.forms.common import PositionField, long_text, officer_field
from complaints.models import Category
from complaints.services import Contact
from complaints.states import DESK_SOURCES, ORDINARY, Source, Visibility

FARTHEST_BACK = dt.timedelta(days=366)  # ours: what came earlier is a slip of the year


class MessageForm(PageForm):
    text = long_text(_("Pesan untuk pelapor"), required=_("Isi pesan"), rows=3)


class IdentityForm(PageForm):
    reason = forms.CharField(
        label=_("Alasan membuka identitas"),
        help_text=_("Dicatat, dan dapat dibaca pelapor."),
        max_length=200,
        error_messages={"required": _("Isi alasan membuka identitas")},
    )


class UnsealForm(IdentityForm):
    """What one examiner asks or withdraws, or another decides; `asked` is the request that was read."""

    asked = forms.IntegerField(required=False)
    act = forms.ChoiceField(
        choices=[(act, act) for act in ("ask", "withdraw", "grant", "refuse")],
        error_messages={"required": _("Tekan salah satu tombol")},
    )


class AccusedForm(PageForm):
    officer = officer_field()
    position = PositionField(
        Position.objects.none(),
        label=_("Yang mengambil alih bila petugas itu memegang pengaduan"),
        empty_label=_("Atasannya"),
        required=False,
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Dicatat bersama langkah ini. Jangan tulis nama orang."),
        max_length=200,
        error_messages={"required": _("Isi alasan")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions_for("complaints.handle_complaint")  # type: ignore[attr-defined]


class HoldForm(PageForm):
    lift = forms.BooleanField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Dicatat bersama langkah ini. Misalnya nomor perkara. Jangan tulis nama orang."),
        max_length=500,
        error_messages={"required": _("Isi alasan")},
    )


class NewCodeForm(PageForm):
    submit_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    compared = forms.BooleanField(
        label=_("KTP orang di hadapan saya cocok dengan identitas pelapor"),
        error_messages={"required": _("Cocokkan KTP dengan identitas pelapor dahulu")},
    )
    reason = forms.CharField(
        label=_("Alasan"),
        help_text=_("Dicatat, dan dapat dibaca pelapor."),
        max_length=200,
        error_messages={"required": _("Isi alasan mengganti kode")},
    )


class DeskForm(PageForm):
    """The public form's questions on one page, for the officer who writes down what was told, called or sent.

    What hangs on the category and the regency is asked on a second one.
    """

    submit_token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    source = forms.ChoiceField(
        label=_("Cara disampaikan"),
        choices=[(source, source.label) for source in DESK_SOURCES],
        widget=forms.RadioSelect,
        initial=Source.DESK,
        error_messages={"required": _("Pilih cara disampaikan")},
    )
    received_on = DateField(
        label=_("Tanggal diterima kantor"),
        help_text=_("Tenggat dihitung sejak tanggal ini. Kosongkan bila hari ini."),
        required=False,
    )
    letter_date = DateField(label=_("Tanggal surat"), help_text=_("Wajib untuk surat."), required=False)
    letter_ref = forms.CharField(
        label=_("Nomor surat"), help_text=_("Bila surat bernomor."), max_length=80, required=False
    )
    external_ref = forms.CharField(
        label=_("Nomor di SP4N-LAPOR!"),
        help_text=_("Wajib untuk yang datang dari SP4N-LAPOR!."),
        max_length=40,
        required=False,
    )
    kind = forms.ChoiceField(
        label=_("Jenis"),
        choices=ORDINARY,
        help_text=_("Pelanggaran pegawai tidak dicatat di sini: tunjukkan formulir umum kepada pelapor."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih jenis pengaduan")},
    )
    title = forms.CharField(label=_("Perihal"), max_length=120, error_messages={"required": _("Isi perihal")})
    description = long_text(_("Apa yang terjadi?"), required=_("Isi apa yang terjadi"))
    category = forms.ModelChoiceField(
        Category.objects.filter(is_active=True),
        label=_("Kategori"),
        error_messages={"required": _("Pilih kategori")},
    )
    occurred_on = DateField(label=_("Tanggal kejadian"), required=False)
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Kabupaten atau kota"), required=False)
    place = forms.CharField(label=_("Tempat"), max_length=200, required=False)
    visibility = forms.ChoiceField(
        label=_("Siapa yang boleh tahu"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        initial=Visibility.CONFIDENTIAL,
        error_messages={"required": _("Pilih siapa yang boleh tahu")},
    )
    name = forms.CharField(label=_("Nama pelapor"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("Surel"), required=False, error_messages={"invalid": _("Isi surel seperti nama@contoh.id")}
    )
    phone = PhoneField(label=_("Telepon"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = regencies()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("source") != Source.SP4N:
            data["external_ref"] = ""
        elif not data.get("external_ref") and "external_ref" not in self.errors:
            self.add_error("external_ref", _("Isi nomor di SP4N-LAPOR!"))
        if data.get("source") != Source.LETTER:
            return data | {"letter_date": None, "letter_ref": ""}
        if not data.get("letter_date") and "letter_date" not in self.errors:
            self.add_error("letter_date", _("Isi tanggal surat"))
        if data.get("letter_date") and data.get("received_on") and data["letter_date"] > data["received_on"]:
            self.add_error("letter_date", _("Tanggal surat tidak boleh sesudah tanggal diterima"))
        return data

    def clean_received_on(self) -> Any:
        day, today = self.cleaned_data["received_on"], timezone.localdate()
        if day and day > today:
            raise forms.ValidationError(_("Tanggal diterima tidak boleh sesudah hari ini"))
        if day and day < today - FARTHEST_BACK:
            raise forms.ValidationError(_("Tanggal diterima lebih dari setahun yang lalu. Periksa tahunnya."))
        return day

    def clean_letter_date(self) -> Any:
        day = self.cleaned_data["letter_date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("Tanggal surat tidak boleh sesudah hari ini"))
        return day

    @property
    def how(self) -> list[BoundField]:
        return [self[name] for name in ("source", "received_on", "letter_date", "letter_ref", "external_ref")]

    @property
    def about(self) -> list[BoundField]:
        return [self[name] for name in ("kind", "title", "description", "category", "visibility")]

    @property
    def where(self) -> list[BoundField]:
        return [self[name] for name in ("occurred_on", "region", "place")]

    @property
    def who(self) -> list[BoundField]:
        return [self[name] for name in ("name", "email", "phone")]

    def content(self) -> dict[str, Any]:
        names = "kind title description category occurred_on place visibility letter_date letter_ref".split()
        region = self.cleaned_data["region"]
        content = {name: self.cleaned_data[name] for name in names} | {"region_id": region and region.pk}
        return content | ({"entered_at": timezone.now()} if self.received_at() else {})

    def received_at(self) -> dt.datetime | None:
        """The first moment of the day of receipt; None for today."""
        day = self.cleaned_data["received_on"]
        return moment(day) if day and day < timezone.localdate() else None

    def contact(self) -> Contact:
        return Contact(**{name: self.cleaned_data[name] for name in ("name", "email", "phone")})
