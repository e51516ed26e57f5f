"""What a citizen is asked when filing: one thing a page."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import F, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext, gettext_lazy as _

from biroumum.web.forms import DateField, PageForm, PhoneField
from biroumum.web.names import KeptChoiceField, Momentary
from biroumum.workflow.engine import Refused
from complaints.forms.common import long_text
from complaints.models import Category, Question
from complaints.services import work
from complaints.services.whistle import inspectorate
from complaints.states import Kind, Visibility

REST = "lain-lain"  # the sector for whatever fits no other; the last to be offered


class QuestionPage(PageForm):
    """One page of the form; `answers` are those of the pages before, by page and field."""

    def __init__(self, *args: Any, answers: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        self.answers = answers
        super().__init__(*args, **kwargs)

    @property
    def is_whistle(self) -> bool:
        return self.answers.get("jenis", {}).get("kind") == Kind.WHISTLE


class KindForm(QuestionPage):
    kind = forms.ChoiceField(
        label=_("Jenis"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih apa yang ingin Anda sampaikan")},
    )
    option_hints = {
        "kind": {
            Kind.COMPLAINT: _("Ada yang salah atau rusak dan perlu diperbaiki."),
            Kind.ASPIRATION: _("Anda punya usul atau harapan."),
            Kind.INFORMATION: _("Anda ingin tahu sesuatu tentang layanan kami."),
            Kind.WHISTLE: _("Suap, pungutan, atau penyalahgunaan wewenang. Hanya Inspektorat yang membaca."),
        }
    }

    def clean_kind(self) -> str:
        kind: str = self.cleaned_data["kind"]
        if kind == Kind.WHISTLE:
            try:
                inspectorate()
            except Refused as refused:
                raise forms.ValidationError(str(refused.message)) from refused
        return kind


class StoryForm(QuestionPage):
    title = forms.CharField(
        label=_("Perihal, dalam satu baris"),
        help_text=_("Misalnya: lampu lorong gedung B mati. Jangan tulis nama orang di sini."),
        max_length=120,
        error_messages={"required": _("Isi perihal dalam satu baris")},
    )
    description = long_text(
        _("Ceritakan dengan kata-kata Anda"),
        required=_("Ceritakan apa yang terjadi"),
        help_text=_("Apa yang terjadi, sejak kapan, dan apa yang Anda harapkan."),
        rows=8,
    )
    occurred_on = DateField(label=_("Tanggal kejadian"), help_text=_("Perkiraan pun boleh."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_whistle:
            self.fields["title"].help_text = _("Misalnya: uang diminta agar berkas didahulukan.")
            self.fields["description"].help_text = _(
                "Siapa berbuat apa, kapan, di mana, dan bagaimana Anda tahu. "
                "Bila ingin tidak dikenal, jangan tulis hal yang hanya Anda yang tahu."
            )


class CategoryForm(QuestionPage):
    category = KeptChoiceField(
        Category.objects.filter(is_active=True).order_by(Exact(F("code"), Value(REST)), "name"),
        label=_("Bidang"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Pilih bidang yang paling dekat")},
    )

    @property
    def option_hints(self) -> dict[str, dict[str, str]]:
        choices = self.fields["category"].queryset  # type: ignore[attr-defined]
        return {"category": {str(row.pk): gettext(row.hint) for row in choices}}


class DetailsForm(QuestionPage):
    """The questions the chosen category asks of its own; what is typed stays under the question's code."""

    def __init__(self, *args: Any, answers: Mapping[str, Mapping[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, answers=answers, **kwargs)
        self.questions = {f"q_{row.code}": row for row in questions_of(answers)}
        self.fields |= {name: answer_field(question) for name, question in self.questions.items()}

    def details(self) -> dict[str, Any]:
        """Question code: text, or list of texts; the unanswered are left out."""
        given = {row.code: self.cleaned_data.get(name) for name, row in self.questions.items()}
        return {code: _plain(answer) for code, answer in given.items() if answer not in (None, "", [])}


QUESTIONS = Momentary(lambda: list(Question.objects.filter(is_active=True)))


def questions_of(answers: Mapping[str, Mapping[str, str]]) -> list[Question]:
    chosen = answers.get("bidang", {}).get("category", "")
    return [question for question in QUESTIONS.get() if str(question.category_id) == chosen]


def answer_field(question: Question) -> forms.Field:
    """The form field for one question, by its Open311 datatype."""
    required = _("Jawab pertanyaan ini")
    about: dict[str, Any] = {
        "label": question.label,
        "help_text": question.hint,
        "required": question.required,
        "error_messages": {"required": required},
    }
    choices = [(option, option) for option in question.options]
    match question.datatype:
        case Question.Datatype.NUMBER:
            number = {"required": required, "invalid": _("Isi angka saja")}
            return forms.DecimalField(
                **about | {"error_messages": number}, max_digits=12, decimal_places=3, localize=True
            )
        case Question.Datatype.DATETIME:
            return DateField(**about)
        case Question.Datatype.SINGLE:
            return forms.ChoiceField(**about, choices=choices, widget=forms.RadioSelect)
        case Question.Datatype.MULTIPLE:
            return forms.MultipleChoiceField(**about, choices=choices, widget=forms.CheckboxSelectMultiple)
        case Question.Datatype.TEXT:
            return forms.CharField(**about, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    return forms.CharField(**about, max_length=200)


def _plain(answer: Any) -> Any:
    return answer if isinstance(answer, str | list) else str(answer)


class VisibilityForm(QuestionPage):
    visibility = forms.ChoiceField(
        label=_("Kerahasiaan"),
        choices=Visibility.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih siapa yang boleh tahu tentang pengaduan ini")},
    )
    option_hints = {
        "visibility": {
            Visibility.OPEN: _("Isi boleh dibaca umum sesudah data pribadi dihapus. Nama Anda tidak tampil."),
            Visibility.ANONYMOUS: _("Isi boleh dibaca umum. Petugas yang menangani tidak tahu siapa Anda."),
            Visibility.CONFIDENTIAL: _("Hanya petugas berwenang yang membaca. Umum tidak melihat apa pun."),
        }
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_whistle:
            del self.fields["visibility"]  # secret in any case: the page only says what that means


class ContactForm(QuestionPage):
    name = forms.CharField(
        label=_("Nama"),
        help_text=_("Dengan nama, kode yang hilang dapat diganti di loket."),
        max_length=100,
        required=False,
    )
    email = forms.EmailField(
        label=_("Surel"),
        help_text=_("Untuk kabar kemajuan. Tanpa surel pun Anda dapat melacak dengan kode."),
        required=False,
        error_messages={"invalid": _("Isi surel seperti nama@contoh.id")},
    )
    phone = PhoneField(label=_("Telepon"), help_text=_("Misalnya 0812 3456 7890."), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in (("name", "name"), ("email", "email"), ("phone", "tel")):
            self.fields[name].widget.attrs["autocomplete"] = hint
        if self.is_anonymous:
            del self.fields["name"]
        if self.is_whistle:
            self.fields["name"].help_text = _("Hanya bila Anda mau dikenal oleh Inspektorat.")
            self.fields["email"].help_text = _("Kami tidak mengirim surel tentang laporan ini.")

    @property
    def is_anonymous(self) -> bool:
        chosen = self.answers.get("kerahasiaan", {}).get("visibility")
        return chosen == Visibility.ANONYMOUS and not self.is_whistle


class SendForm(PageForm):
    """The last page: the draft's token, the browser's work, and a box that only a program fills in.

    Without work, as from a browser without JavaScript, the form is good and `tested` is False.
    """

    token = forms.UUIDField(widget=forms.HiddenInput, required=False)
    challenge = forms.CharField(max_length=200, required=False)
    solution = forms.IntegerField(min_value=0, required=False)
    website = forms.CharField(required=False)

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(
                _("Kotak tersembunyi pada halaman ini terisi, biasanya oleh program. Kirim sekali lagi.")
            )
        return ""

    def clean(self) -> None:
        """Wrong work is refused, not taken as none: whoever did none says so by sending none."""
        given = self.cleaned_data.get("challenge"), self.cleaned_data.get("solution")
        self.tested = given != ("", None)
        if not self.tested:
            return
        token, (challenge, solution) = self.cleaned_data.get("token"), given
        if token is None or solution is None or not work.is_solved(token, challenge or "", solution):
            raise forms.ValidationError(
                _(
                    "Uji pengirim di halaman ini keliru atau kedaluwarsa. Isian Anda masih ada: kirim sekali lagi."
                )
            )
