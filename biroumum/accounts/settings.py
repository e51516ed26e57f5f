"""How people sign in, for Django, allauth and their second factor; the same in every installation."""

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["biroumum.accounts.backends.Backend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/kerja/"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email", "nip"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
ACCOUNT_USER_MODEL_USERNAME_FIELD = "nip"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_ADAPTER = "biroumum.notifications.account_mail.OutboxAdapter"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]  # there is no sign-up; allauth's login form reads them
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can make the portal write to strangers
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Many colleagues share one address of an office, so an address may fail more often than an account.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "30/15m/ip,5/15m/key"}
ACCOUNT_FORMS = {
    "login": "biroumum.accounts.forms.LoginForm",
    "change_password": "biroumum.accounts.forms.ChangePasswordForm",
    "set_password": "biroumum.accounts.forms.SetPasswordForm",
    "reset_password": "biroumum.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "biroumum.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "biroumum.accounts.forms.ReauthenticateForm",
}
SOCIALACCOUNT_LOGIN_ON_GET = True  # our content policy lets no form lead to another site
SOCIALACCOUNT_ADAPTER = "biroumum.accounts.adapter.SsoAdapter"
MFA_ADAPTER = "biroumum.accounts.adapter.FactorAdapter"
MFA_FORMS = {
    "authenticate": "biroumum.accounts.forms.AuthenticateForm",
    "reauthenticate": "biroumum.accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "biroumum.accounts.forms.ActivateTOTPForm",
    "add_webauthn": "biroumum.accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "biroumum.accounts.forms.EditWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Biro Umum"
MFA_TOTP_PERIOD = 30
MFA_TOTP_TOLERANCE = 1  # RFC 6238, 5.2: the code before and after too, for slow hands and drifting clocks
USERSESSIONS_TRACK_ACTIVITY = False
