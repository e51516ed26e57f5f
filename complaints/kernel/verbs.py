"""What the log calls each thing done to a complaint, and who is told of it."""

from django.utils.translation import gettext_lazy as _

from biroumum.audit.verbs import Verb, register_verbs

LABEL = "complaints.complaint"

# What each step is called once it is done. The holder of the code sees them all; who looked at the contact too.
DONE = {
    "submit": _("Diterima"),
    "verify": _("Terverifikasi"),
    "ask_completion": _("Kelengkapan diminta dari pelapor"),
    "complete": _("Pelapor melengkapi"),
    "remind": _("Pelapor diingatkan"),
    "lapse": _("Dianggap dicabut karena tidak dilengkapi"),
    "withdraw": _("Dicabut atas permintaan pelapor"),
    "take_back": _("Pelapor mencabut pengaduan"),
    "archive": _("Dinyatakan tidak dapat ditindaklanjuti"),
    "hand_over": _("Dilimpahkan ke instansi lain"),
    "hand_over_work": _("Dilimpahkan ke instansi lain"),
    "mark_duplicate": _("Digabung dengan pengaduan lain"),
    "assign": _("Diteruskan ke unit"),
    "delegate": _("Ditugaskan kepada petugas"),
    "return_assignment": _("Dikembalikan: salah disposisi"),
    "start": _("Mulai ditangani"),
    "ask_reporter": _("Pertanyaan untuk pelapor"),
    "reply": _("Pelapor menjawab"),
    "reclassify": _("Jenis diubah, batas dihitung ulang"),
    "reclassify_work": _("Jenis diubah, batas dihitung ulang"),
    "extend": _("Batas jawaban diperpanjang"),
    "schedule": _("Pekerjaan dijadwalkan"),
    "continue_work": _("Penanganan dilanjutkan"),
    "answer": _("Dijawab"),
    "accept": _("Pelapor menerima jawaban"),
    "close_silent": _("Ditutup setelah masa sanggah"),
    "object": _("Pelapor menyanggah"),
    "grant_reopening": _("Sanggahan diterima, dibuka kembali"),
    "refuse_reopening": _("Sanggahan ditolak"),
    "resume_reopened": _("Kembali ditangani"),
    "object_outcome": _("Pelapor menyanggah keputusan"),
    "restore": _("Diperiksa kembali"),
    "hand_in": _("Diserahkan ke Inspektorat"),
    "release": _("Dipisahkan dari induknya, diperiksa tersendiri"),
    "inspect": _("Mulai diperiksa Inspektorat"),
    "dismiss": _("Dinyatakan tidak dapat ditindaklanjuti"),
    "uphold": _("Sanggahan diterima, dibuka kembali"),
    "overrule": _("Sanggahan ditolak"),
    "hand_back": _("Dikembalikan Inspektorat sebagai pengaduan biasa"),
    "message": _("Pesan"),
    "publish": _("Diterbitkan untuk umum"),
    "unpublish": _("Diturunkan dari halaman umum"),
    "ask_identity": _("Pembukaan identitas diminta"),
    "withdraw_identity": _("Permintaan membuka identitas ditarik"),
    "grant_identity": _("Pembukaan identitas disetujui"),
    "refuse_identity": _("Pembukaan identitas ditolak"),
    "open_identity": _("Identitas pelapor dibuka"),
    "name_accused": _("Petugas yang dilaporkan dicatat"),
    "replace_code": _("Kode lacak diganti"),
    "rate": _("Pelapor menilai jawaban"),
    "ask_new_email": _("Penggantian alamat surel diminta"),
    "change_email": _("Alamat surel pelapor diganti"),
    "enter": _("Dibuka dengan tautan dari surel"),
    "anonymise": _("Data pribadi dihapus, masa simpannya berakhir"),
    "erase": _("Data pribadi dihapus atas permohonan"),
}
FOLLOWED = {
    "ask": _("Ingin mengikuti"),
    "confirm": _("Mulai mengikuti"),
    "stop": _("Berhenti mengikuti"),
}
# What a reporter settled about mails of the case, and whoever asked for a link without opening anything.
MAILED = {
    "stop_mail": _("Pelapor tidak ingin menerima surel"),
    "resume_mail": _("Pelapor ingin menerima surel lagi"),
    "ask_entry": _("Tautan masuk diminta lewat surel"),
}

# The office's own affair: the holder is not told.
INSIDE = {
    "open": _("Pengaduan rahasia dibuka"),
    "print": _("Ringkasan PDF diunduh"),
    "warn": _("Peringatan batas waktu"),
    "destroy": _("Dimusnahkan menurut jadwal retensi arsip"),
    "keep_for_good": _("Disimpan permanen menurut jadwal retensi arsip"),
    "hold": _("Penghapusan data ditahan"),
    "lift_hold": _("Penahanan data dicabut"),
    "rejoin": _("Induknya digabung, ikut ke induk yang baru"),
    "remind_scheduled": _("Petugas diingatkan akan jadwalnya"),
    "ask_unit": _("Subtugas diminta"),
    "subtask_done": _("Subtugas selesai"),
    "subtask_cancelled": _("Subtugas dibatalkan"),
}
VIEWS = {"save": _("Tampilan disimpan"), "delete": _("Tampilan dihapus")}


def register() -> None:
    register_verbs({f"{LABEL}.{name}": Verb(label) for name, label in (INSIDE | MAILED).items()})
    register_verbs({f"complaints.follower.{name}": Verb(label) for name, label in FOLLOWED.items()})
    register_verbs({f"complaints.savedview.{name}": Verb(label) for name, label in VIEWS.items()})
    register_verbs({"complaints.monthlyfigures.keep": Verb(_("Statistik bulanan disimpan"))})
