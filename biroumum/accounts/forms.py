"""Allauth's forms in our words: labels, hints and sentences of ours, no placeholder in place of a label."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from biroumum.accounts.models import User

# field: label, hint, sentence when empty
WORDS: dict[str, tuple[Any, Any, Any]] = {
    "login": (_("Surel atau NIP"), "", _("Isi surel atau NIP")),
    "email": (_("Surel"), _("Alamat yang terdaftar pada akun Anda."), _("Isi surel")),
    "password": (_("Kata sandi"), "", _("Isi kata sandi")),
    "oldpassword": (_("Kata sandi sekarang"), "", _("Isi kata sandi sekarang")),
    "password1": (
        _("Kata sandi baru"),
        _("Paling sedikit 12 karakter. Beberapa kata yang tidak berhubungan mudah diingat."),
        _("Isi kata sandi baru"),
    ),
    "password2": (_("Ulangi kata sandi baru"), "", _("Ulangi kata sandi baru")),
    "code": (_("Kode"), _("Enam angka dari aplikasi, atau satu kode pemulihan."), _("Isi kode")),
    "name": (
        _("Nama kunci"),
        _("Agar Anda mengenalinya nanti, misalnya: Ponsel kantor."),
        _("Isi nama kunci"),
    ),
    "passwordless": (
        _("Masuk tanpa kata sandi dengan kunci ini"),
        _("Perangkat akan meminta sidik jari, wajah atau PIN."),
        "",
    ),
}


class OurWords(forms.Form):
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() & WORDS.keys():
            field = self.fields[name]
            field.label, field.help_text, field.error_messages["required"] = WORDS[name]
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"

    def user_credentials(self) -> dict[str, str]:
        """One name per account, the address: so failures are counted once, whichever way someone types.

        Only one name is tried, too: a password is hashed once for known and unknown people alike.
        """
        login = self.cleaned_data["login"].lower()
        user = User.objects.filter(nip=login.replace(" ", "")).first()
        return {"email": user.email if user else login, "password": self.cleaned_data["password"]}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    pass


class SetPasswordForm(OurWords, account.SetPasswordForm):
    pass


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    pass


class CodeOnce(OurWords):
    """A code serves once as long as it is valid; allauth forgets it after one period, as without tolerance."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        valid = settings.MFA_TOTP_PERIOD * (2 * settings.MFA_TOTP_TOLERANCE + 1)
        if cache.add(f"factor:{self.user.pk}:{code}", True, valid):  # type: ignore[attr-defined]
            return code
        raise get_adapter().validation_error("incorrect_code")


class AuthenticateForm(CodeOnce, mfa.AuthenticateForm):
    pass


class ReauthenticateByCodeForm(CodeOnce, mfa.ReauthenticateForm):
    pass


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Enam angka dari aplikasi.")


class AddWebAuthnForm(OurWords, webauthn.AddWebAuthnForm):
    pass


class EditWebAuthnForm(OurWords, webauthn.EditWebAuthnForm):
    pass
