"""What a POST of Open311 brings, checked field by field; the faults name its arguments in the words of the standard."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from biroumum.web.forms import PageForm, PhoneField
from complaints.exchange.georeport import moment_of
from complaints.models import Category, Question
from complaints.services import Contact
from complaints.states import LATITUDES, LONGITUDES, Kind

ARGUMENT = re.compile(r"attribute\[(?P<code>[\w\-]+)\](?:\[\])?")
HTML = re.compile(r"<(?:/?[a-z][a-z0-9]*[^<>]*|!--.*?--)>", re.IGNORECASE | re.DOTALL)
NO_WORDS = "(tanpa uraian)"


class RequestForm(PageForm):
    service_code = forms.SlugField(error_messages={"required": "was not provided"})
    lat = forms.DecimalField(required=False, min_value=LATITUDES[0], max_value=LATITUDES[1])
    long = forms.DecimalField(required=False, min_value=LONGITUDES[0], max_value=LONGITUDES[1])
    address_string = forms.CharField(required=False, max_length=200)
    address_id = forms.CharField(required=False, max_length=40)
    description = forms.CharField(required=False, max_length=4000)
    email = forms.EmailField(required=False)
    first_name = forms.CharField(required=False, max_length=50)
    last_name = forms.CharField(required=False, max_length=49)
    phone = PhoneField(required=False)

    status = 400

    def clean_description(self) -> str:
        """Refused, not stripped: nothing that a citizen wrote disappears unseen."""
        text: str = self.cleaned_data["description"]
        if HTML.search(text):
            raise ValidationError("must not contain html")
        return text

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        point = data.get("lat") is not None and data.get("long") is not None
        if not (point or data.get("address_string") or data.get("address_id")):
            raise ValidationError("a location is needed: lat and long, address_string or address_id")
        if data.get("service_code"):
            data["category"] = Category.objects.filter(code=data["service_code"], is_active=True).first()
            if data["category"] is None:
                self.status = 404
                raise ValidationError("service_code was not found")
            data["details"] = self._details(data["category"])
        return data

    def _details(self, category: Category) -> dict[str, Any]:
        typed: dict[str, list[str]] = {}
        for name in self.data:
            if match := ARGUMENT.fullmatch(name):
                texts = [text.strip() for text in self.data.getlist(name)]  # type: ignore[attr-defined]
                typed[match["code"]] = [text for text in texts if text]
        details = {}
        for question in category.questions.filter(is_active=True):
            if values := typed.get(question.code):
                details[question.code] = self._answer(question, values)
            elif question.required:
                self.add_error(None, f"attribute[{question.code}] was not provided")
        return details

    def _answer(self, question: Question, values: list[str]) -> Any:
        name = f"attribute[{question.code}]"
        if question.datatype.endswith("valuelist") and not set(values) <= set(question.options):
            self.add_error(None, f"{name} is not one of its values")
        if question.datatype == Question.Datatype.NUMBER and not re.fullmatch(
            r"-?\d{1,12}([.,]\d{1,6})?", values[0]
        ):
            self.add_error(None, f"{name} must be a number")
        if question.datatype == Question.Datatype.DATETIME:
            moment = moment_of(values[0])
            if moment is None:
                self.add_error(None, f"{name} must be a date as 2026-11-24")
            return timezone.localdate(moment).isoformat() if moment else ""
        if question.datatype == Question.Datatype.MULTIPLE:
            return values[:50]
        return values[0][:1000]

    def faults(self) -> list[str]:
        return [
            str(text) if name == "__all__" else f"{name} {text}"
            for name, texts in self.errors.items()
            for text in texts
        ]

    def content(self) -> dict[str, Any]:
        data = self.cleaned_data
        words = data["description"] or NO_WORDS
        first = re.split(r"(?<=[.!?])\s|\n", words, maxsplit=1)[0]
        point = data.get("lat") is not None and data.get("long") is not None
        return {
            "kind": Kind.COMPLAINT,
            "title": first[:120] if data["description"] else data["category"].name,
            "description": words,
            "category": data["category"],
            "place": data["address_string"] or data["address_id"],
            "latitude": _degrees(data["lat"]) if point else None,
            "longitude": _degrees(data["long"]) if point else None,
            "details": data["details"],
        }

    def contact(self) -> Contact:
        data = self.cleaned_data
        name = f"{data['first_name']} {data['last_name']}".strip()
        return Contact(name=name, email=data["email"], phone=data["phone"] or "")


def _degrees(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.000001"))
