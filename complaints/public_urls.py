from django.urls import URLPattern, URLResolver, path

from complaints.public_views import (
    files,
    filing,
    following,
    papers,
    published,
    sending,
    similar,
    statistics,
    steps,
    tracking,
)

app_name = "pengaduan"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", filing.start, name="start"),
    path("baru/", filing.begin, name="begin"),
    path("baru/hapus/", filing.discard, name="discard"),
    path("baru/lampiran/", files.files, name="files"),
    path("baru/lampiran/<uuid:pk>/hapus/", files.remove_file, name="remove_file"),
    path("baru/periksa/", sending.check, name="check"),
    path("baru/mirip/", similar.hints, name="similar"),
    path("baru/<slug:slug>/", filing.ask, name="ask"),
    path("daftar/", published.published_list, name="published_list"),
    path("daftar/umpan.rss", published.PublishedFeed(), name="feed_rss"),
    path("daftar/umpan.atom", published.PublishedAtom(), name="feed_atom"),
    path("daftar/<slug:number>/", published.published, name="published"),
    path("daftar/<slug:number>/berkas/<int:pk>/", published.picture, name="published_file"),
    path("daftar/<slug:number>/ikuti/", following.follow, name="follow"),
    path("ikuti/<str:token>/", following.following, name="following"),
    path("statistik/", statistics.statistics, name="statistics"),
    path("statistik/angka.csv", statistics.numbers, name="statistics_csv"),
    path("tanda-terima/", papers.receipt, name="receipt"),
    path("lacak/", tracking.track, name="track"),
    path("lacak/<slug:handle>/", tracking.case, name="case"),
    path("lacak/<slug:handle>/tanda-terima/", papers.case_receipt, name="case_receipt"),
    path("lacak/<slug:handle>/pelimpahan/", papers.handover, name="handover"),
    path("lacak/<slug:handle>/keluar/", tracking.leave, name="leave"),
    path("lacak/<slug:handle>/nilai/", tracking.rate, name="rate"),
    path("lacak/<slug:handle>/<slug:name>/", steps.step, name="step"),
]
