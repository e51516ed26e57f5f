"""Every address × every person × GET and POST: who is let in, and what the others are told.

Addresses are spelled as in the URLconf, where each must have its row here and each row its address. A cell is what
those let in find at GET and at POST; "302" leads on within the portal. Of the others, whoever is not signed in is
led to the login, and whoever lacks the permission gets 403, unless the group says more. A method no one may use is
refused with 405 before anyone is asked for a name, except where `login_first`.
"""

from __future__ import annotations

from dataclasses import dataclass

# The cast: tamu has no position; holder is the citizen with the code of the case, in a browser without a login.
INSPECTORATE = "irma galih"
COMPLAINTS = f"danu sekar rini bagas wulan hartono {INSPECTORATE}"
POSTED = f"{COMPLAINTS} admin laras nadia"
SIGNED_IN = f"{POSTED} tamu"
EVERYONE = f"{SIGNED_IN} anonymous holder"
TWO_FACTORS = f"sekar hartono admin laras nadia {INSPECTORATE}"
VISITORS = EVERYONE.split()


@dataclass(frozen=True)
class Group:
    title: str
    who: str
    rows: dict[str, str]
    blind: str = ""  # they have the permission and may not know of the thing: 404
    others: str = "403"
    anonymous: str = "login"
    login_first: bool = False

    def expected(self, visitor: str, cell: str) -> str:
        if visitor in self.who.split() or (cell == "405" and not self.login_first):
            return cell
        if visitor in ("anonymous", "holder"):
            return self.anonymous
        return "404" if visitor in self.blind.split() else self.others


def reference_tables() -> dict[str, str]:
    """The admin's pages of each table; nothing is deleted, and a row that others wait for is not added by hand."""
    rows: dict[str, str] = {}
    for table, may_add in {
        "accounts/user": True,
        "accounts/unit": True,
        "accounts/position": True,
        "accounts/assignment": True,
        "worktime/holiday": True,
        "worktime/timelimit": True,
        "privacy/legalbasis": True,
        "complaints/archiverule": True,
        "complaints/category": True,
        "complaints/question": True,
        "complaints/apikey": True,
        "complaints/routingrule": True,
        "complaints/answertemplate": True,
        "complaints/watchedsender": True,
        "reports/schedule": False,
        "django_celery_beat/periodictask": False,
        "django_celery_beat/crontabschedule": True,
        "django_celery_beat/intervalschedule": True,
    }.items():
        one = f"admin/{table}/<path:object_id>/"
        rows |= {
            f"admin/{table}/": "200 200",
            f"admin/{table}/add/": "200 200" if may_add else "403 403",
            f"{one}change/": "200 200",
            f"{one}history/": "200 200",
            f"{one}delete/": "403 403",
            one: "302 302",
        }
    return rows


GROUPS = (
    Group(
        "public pages",
        EVERYONE,
        {
            "": "200 405",
            "healthz": "200 200",
            "readyz": "503 503",  # no worker runs beside the tests
            "lambang.svg": "404 405",  # the house has no emblem of its own
            "aksesibilitas/": "200 405",
            "data-pribadi/": "200 405",
            "bahasa/": "302 302",
            "transparansi/": "200 405",
            "transparansi/kunci": "200 405",
            "transparansi/<str:log>/checkpoint": "404 405",  # nothing is published beside the tests
            "transparansi/<str:log>/tile/<path:address>": "404 405",
            "verifikasi/": "200 405",
            "transparansi/verifikasi/": "200 405",
            "verifikasi/<str:code>/": "404 405",
            "pengaduan/": "200 405",
            "pengaduan/daftar/": "200 405",
            "pengaduan/statistik/": "200 405",
            "pengaduan/statistik/angka.csv": "200 405",
            "pengaduan/statistik/lewat-waktu.csv": "200 405",
            "pengaduan/statistik/<month>.<kind>": "404 405",  # none is kept yet
            "pengaduan/daftar/peta/": "200 405",
            "pengaduan/daftar/umpan.rss": "200 200",
            "pengaduan/daftar/umpan.atom": "200 200",
            "pengaduan/daftar/<slug:number>/": "404 405",  # nothing is published
            "pengaduan/daftar/<slug:number>/umpan.atom": "404 404",
            "pengaduan/daftar/<slug:number>/berkas/<int:pk>/": "404 405",
            "pengaduan/daftar/<slug:number>/ikuti/": "405 404",
            "pengaduan/ikuti/<str:token>/": "404 404",
            "open311/discovery.<form>": "200 405",
            "open311/v2/services.<form>": "200 405",
            "open311/v2/services/<code>.<form>": "200 405",
            "open311/v2/requests.<form>": "200 403",  # filing needs a key
            "open311/v2/requests/<number>.<form>": "404 405",
            "open311/v2/tokens/<token>.<form>": "404 405",
            "open311/v2/servicerequestupdates.<form>": "200 405",
            "open311/<path>.<form>": "404 404",
            "open311/bulk/requests.csv": "200 405",
            "pengaduan/baru/": "302 405",
            "pengaduan/baru/<slug:slug>/": "200 422",
            "pengaduan/baru/mirip/": "405 200",
            "pengaduan/baru/lampiran/": "302 302",  # to the first question
            "pengaduan/baru/lampiran/<uuid:pk>/hapus/": "405 302",
            "pengaduan/baru/periksa/": "302 302",
            "pengaduan/baru/hapus/": "405 302",
            "pengaduan/tanda-terima/": "302 422",
            "pengaduan/tanda-terima/bukti/": "405 404",
            "pengaduan/lacak/": "200 422",
            "pengaduan/lacak/tautan/": "200 422",
            "pengaduan/lacak/tautan/<str:token>/": "404 404",
            "pengaduan/surel/berhenti/<str:token>/": "404 404",
            "pengaduan/surel/ganti/<str:token>/": "404 404",
            "pengaduan/lacak/<slug:handle>/keluar/": "405 302",
        },
    ),
    Group(
        "with the code of the case",
        "holder",
        {
            "pengaduan/lacak/<slug:handle>/": "200 422",
            "pengaduan/lacak/<slug:handle>/<slug:name>/": "200 422",
            "pengaduan/lacak/<slug:handle>/surel/": "404 404",  # no contact was given
            "pengaduan/lacak/<slug:handle>/nilai/": "302 302",  # nothing to rate before it is closed
            "pengaduan/lacak/<slug:handle>/tanda-terima/": "405 200",
            "pengaduan/lacak/<slug:handle>/bukti/": "405 404",  # no key signs beside the tests
            "pengaduan/lacak/<slug:handle>/pelimpahan/": "405 404",  # it was handed to no one
            "pengaduan/lacak/<slug:handle>/belum-ditanggapi/": "405 409",  # nothing is late
        },
        anonymous="403",
    ),
    Group(
        "a file of the case: its offices and the citizen",
        "sekar rini bagas hartono holder",
        {"berkas/<uuid:pk>/": "200 405"},
        anonymous="404",
        others="404",
    ),
    Group(
        "login, for whoever is not signed in",
        "anonymous holder",
        {"masuk/": "200 200"},
        others="302",
    ),
    Group(
        "the way out",
        SIGNED_IN,
        {"akun/keluar/": "200 302", "admin/logout/": "200 302"},  # the admin has none of its own
        anonymous="302",
    ),
    Group(
        "the account's ways back in",
        EVERYONE,
        {
            "akun/nonaktif/": "200 405",
            "akun/sandi/lupa/": "200 200",
            "akun/sandi/lupa/terkirim/": "200 405",
            "akun/sandi/atur/<uidb36>-<key>/": "200 200",
            "akun/sandi/selesai/": "200 405",
            "akun/sso/batal/": "200 405",
            "akun/sso/gagal/": "401 405",
            "akun/sso/<slug:provider_id>/": "404 404",  # none is configured
            "akun/sso/<slug:provider_id>/kembali/": "404 404",
        },
    ),
    Group(
        "one's own account",
        SIGNED_IN,
        {
            "akun/": "200 200",
            "akun/pastikan/": "200 200",
            "akun/sesi/": "200 302",
            "akun/sandi/": "200 200",
            "akun/sandi/buat/": "302 302",
            "akun/faktor/": "200 405",
            "akun/faktor/periksa/": "302 302",
            # a change of factors asks for the password first
            "akun/faktor/aplikasi/pasang/": "302 302",
            "akun/faktor/pemulihan/": "404 405",
            "akun/faktor/pemulihan/buat/": "302 302",
            "akun/faktor/pemulihan/unduh/": "404 404",
            "akun/faktor/kunci/": "200 405",
            "akun/faktor/kunci/tambah/": "302 302",
            "akun/faktor/kunci/masuk/": "302 302",
            "akun/faktor/kunci/pastikan/": "302 302",
            "akun/faktor/kunci/<int:pk>/ubah/": "302 302",
            "akun/faktor/kunci/<int:pk>/hapus/": "302 302",
        },
        login_first=True,
    ),
    Group("proving one's factor", TWO_FACTORS, {"akun/faktor/pastikan/": "200 200"}, others="302"),
    Group("taking off one's factor", TWO_FACTORS, {"akun/faktor/aplikasi/lepas/": "302 302"}, others="404"),
    Group(
        "a position",
        POSTED,
        {
            "kerja/": "200 405",
            "kerja/kotak-masuk/": "200 405",
            "kerja/kotak-masuk/baca-semua/": "405 302",
            "kerja/laporan/": "200 405",
            "kerja/pengganti/": "200 422",
            "kerja/pengganti/<int:pk>/akhiri/": "405 404",  # nobody is away
        },
    ),
    Group(
        "one's own line of the inbox",
        "bagas",
        {"kerja/kotak-masuk/<int:pk>/buka/": "405 302"},
        blind=f"danu sekar rini wulan hartono admin laras nadia {INSPECTORATE}",
    ),
    Group(
        "notifications.view_outbox",
        "admin",
        {
            "kerja/surel/": "200 405",
            "kerja/surel/aturan/": "200 405",
            "kerja/surel/kirim-ulang/": "405 302",
            "kerja/surel/<int:pk>/": "200 405",
            "kerja/surel/<int:pk>/kirim-ulang/": "405 302",
        },
    ),
    Group("numbers of one's own", "rini hartono admin laras", {"kerja/dasbor/": "200 405"}),
    Group("audit.view_entry", "laras", {"kerja/log/": "200 405", "kerja/log/ekspor.csv": "200 405"}),
    Group(
        "privacy.record_erasure or privacy.decide_erasure",
        f"nadia hartono {INSPECTORATE}",
        {"kerja/penghapusan/": "200 405"},
    ),
    Group("privacy.record_erasure", f"nadia {INSPECTORATE}", {"kerja/penghapusan/catat/": "200 422"}),
    Group(
        "a request to erase: first its case must be open to one; nadia recorded it",
        "nadia hartono",
        {
            "kerja/penghapusan/<int:pk>/": "200 405",
            "kerja/penghapusan/<int:pk>/berita-acara/": "405 404",  # nothing is erased yet
            "kerja/penghapusan/<int:pk>/<slug:name>/": "200 422",
        },
        blind=INSPECTORATE,
    ),
    Group(
        "complaints.view_unit_reports",
        "rini hartono",
        {
            "kerja/laporan/<slug:code>/": "200 405",
            "kerja/laporan/<code>.<kind>": "200 405",
            "kerja/laporan/<slug:code>/langganan/": "405 302",
        },
    ),
    Group(
        "complaints.view_complaint",
        COMPLAINTS,
        {
            "kerja/pengaduan/": "200 405",
            "kerja/pengaduan/tampilan/": "200 422",
            "kerja/pengaduan/tampilan/<int:pk>/hapus/": "405 404",  # none is saved
            "kerja/pengaduan/ekspor.csv": "200 405",
            "kerja/pengaduan/ekspor.xlsx": "200 405",
        },
    ),
    Group("complaints.assign_complaint", "sekar rini hartono", {"kerja/pengaduan/bersama/": "200 422"}),
    Group("complaints.submit_complaint", "danu sekar", {"kerja/pengaduan/catat/": "200 422"}),
    Group(
        "complaints.view_complaint, a case of Subbagian Rumah Tangga",
        "sekar rini bagas hartono",
        {"kerja/pengaduan/<int:pk>/": "200 405", "kerja/pengaduan/<int:pk>/ringkasan/": "405 200"},
        blind=f"danu wulan {INSPECTORATE}",
    ),
    Group(
        "complaints.handle_complaint",
        "rini bagas",
        {"kerja/pengaduan/<int:pk>/pesan/": "405 422"},
        blind=f"wulan {INSPECTORATE}",
    ),
    Group(
        "complaints.handle_complaint, asking another unit",
        "rini bagas",
        {"kerja/pengaduan/<int:pk>/subtugas/": "200 422"},
        blind=f"wulan {INSPECTORATE}",
    ),
    Group(
        "a subtask: the unit that is asked, and who sees its case",
        "sekar rini bagas wulan hartono",
        {"kerja/pengaduan/subtugas/<int:pk>/": "200 405"},
        blind=f"danu {INSPECTORATE}",
    ),
    Group(
        "complaints.handle_complaint, a step of a subtask",
        "rini bagas wulan",
        {"kerja/pengaduan/subtugas/<int:pk>/<slug:name>/": "200 422"},
        blind=f"danu {INSPECTORATE}",
    ),
    Group(
        "complaints.handle_complaint, a step of the case: first one must see it",
        "rini bagas",
        {"kerja/pengaduan/<int:pk>/<slug:name>/": "200 422"},
        blind=f"danu wulan {INSPECTORATE}",
    ),
    Group(
        "complaints.inspect_whistle, the seal of a case: first one must see it",
        "",
        {"kerja/pengaduan/<int:pk>/segel/": "200 422"},
        blind=INSPECTORATE,
    ),
    Group(
        "complaints.view_sealed_complaint",
        "sekar",
        {"kerja/pengaduan/<int:pk>/identitas/": "405 422", "kerja/pengaduan/<int:pk>/kode/": "200 422"},
    ),
    Group(
        "complaints.verify_complaint",
        "sekar",
        {"kerja/pengaduan/aturan/": "200 405"},
    ),
    Group(
        "complaints.verify_complaint, the officer a case is about: first one must see it",
        "sekar",
        {"kerja/pengaduan/<int:pk>/terlapor/": "200 422"},
        blind=f"danu wulan {INSPECTORATE}",
    ),
    Group(
        "complaints.decide_reopening, data held back: first one must see the case",
        "sekar hartono",
        {"kerja/pengaduan/<int:pk>/tahan/": "200 422"},
        blind=f"danu wulan {INSPECTORATE}",
    ),
    Group(
        "complaints.publish_complaint",
        "sekar",
        {
            "kerja/pengaduan/<int:pk>/publikasi/": "200 422",
            "kerja/pengaduan/<int:pk>/publikasi/turunkan/": "405 422",
        },
    ),
    Group(
        "reference tables",
        "admin",
        {
            "admin/": "200 200",
            "admin/jsi18n/": "200 405",
            "admin/autocomplete/": "403 405",  # it names no field
            "admin/password_change/done/": "200 405",
            "admin/<app_label>/": "200 200",
            "admin/r/<path:content_type_id>/<path:object_id>/": "404 404",
            "admin/<url>": "404 404",
        }
        | reference_tables(),
        login_first=True,
    ),
    Group("the admin has no login of its own", "admin", {"admin/login/": "302 302"}),
    Group("nor a page for passwords", EVERYONE, {"admin/password_change/": "302 302"}),
)
