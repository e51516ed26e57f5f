"""Addresses of allauth's pages: the ones we offer, in Indonesian, each in one transaction."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as sso
from allauth.usersessions import views as sessions
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from biroumum.accounts import views
from biroumum.accounts.views import even, whole

password = [
    path("", whole(account.password_change), name="account_change_password"),
    path("buat/", whole(account.password_set), name="account_set_password"),
    path("lupa/", even(whole(account.password_reset)), name="account_reset_password"),
    path("lupa/terkirim/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^atur/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        whole(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("selesai/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
factor = [
    path("", mfa.index, name="mfa_index"),
    path("periksa/", whole(mfa.authenticate), name="mfa_authenticate"),
    path("pastikan/", whole(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("aplikasi/pasang/", whole(totp.activate_totp), name="mfa_activate_totp"),
    path("aplikasi/lepas/", whole(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("pemulihan/", whole(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("pemulihan/buat/", whole(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("pemulihan/unduh/", whole(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("kunci/", keys.list_webauthn, name="mfa_list_webauthn"),
    path("kunci/tambah/", whole(keys.add_webauthn), name="mfa_add_webauthn"),
    path("kunci/masuk/", whole(keys.login_webauthn), name="mfa_login_webauthn"),
    path("kunci/pastikan/", whole(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("kunci/<int:pk>/ubah/", whole(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("kunci/<int:pk>/hapus/", whole(keys.remove_webauthn), name="mfa_remove_webauthn"),
]
single_sign_on = [
    path("batal/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("gagal/", social.login_error, name="socialaccount_login_error"),
    path("<slug:provider_id>/", whole(sso.login), name="openid_connect_login"),
    path("<slug:provider_id>/kembali/", whole(sso.callback), name="openid_connect_callback"),
]
urlpatterns = [
    path("masuk/", whole(account.login), name="account_login"),
    path("akun/", views.home, name="account_home"),
    path("akun/keluar/", whole(account.logout), name="account_logout"),
    path("akun/nonaktif/", account.account_inactive, name="account_inactive"),
    path("akun/pastikan/", whole(account.reauthenticate), name="account_reauthenticate"),
    path("akun/sesi/", whole(sessions.list_usersessions), name="usersessions_list"),
    path("akun/sandi/", include(password)),
    path("akun/faktor/", include(factor)),
    path("akun/sso/", include(single_sign_on)),
    # The admin's own doors would let in without a second factor and write outside a transaction.
    path("admin/login/", views.admin_login),
    path("admin/logout/", whole(account.logout)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
]
