from django.urls import path

from trainings import (
    check_views,
    flag_views,
    overlap_views,
    receipts,
    review,
    roster_views,
    views,
    workbook_views,
)

app_name = "trainings"
urlpatterns = [
    path("pelatihan/", views.cohort_list, name="cohort-list"),
    path("pelatihan/baru/", views.cohort_create, name="cohort-create"),
    path("pelatihan/<int:pk>/", views.cohort_detail, name="cohort-detail"),
    path("pelatihan/<int:pk>/unggah/", roster_views.upload, name="roster-upload"),
    path(
        "pelatihan/<int:pk>/lembar-isian/",
        workbook_views.template_download,
        name="roster-template",
    ),
    path("pelatihan/<int:pk>/perbaikan/", roster_views.mend, name="roster-mend"),
    path(
        "pelatihan/<int:pk>/perbaikan/unduh/",
        workbook_views.mending_download,
        name="roster-mend-download",
    ),
    path(
        "pelatihan/<int:pk>/perbaikan/<int:row>/hapus/",
        roster_views.drop_row,
        name="roster-row-drop",
    ),
    path(
        "pelatihan/<int:pk>/peserta/<int:participant>/hapus/",
        roster_views.remove_participant,
        name="participant-remove",
    ),
    path("pelatihan/<int:pk>/hasil/", roster_views.results, name="cohort-results"),
    path("pelatihan/<int:pk>/peringatan/", check_views.explain, name="cohort-warnings"),
    path("pelatihan/<int:pk>/persetujuan/", check_views.consents, name="cohort-consents"),
    path(
        "pelatihan/<int:pk>/persetujuan/<int:consent>/cabut/",
        check_views.withdraw_consent,
        name="consent-withdraw",
    ),
    path("pelatihan/<int:pk>/tanda/", flag_views.flags_answer, name="flags-answer"),
    path("pelatihan/<int:pk>/kirim/", views.report_submit, name="report-submit"),
    path("pelatihan/<int:pk>/tarik/", views.report_withdraw, name="report-withdraw"),
    path("peserta/<int:pk>/nik/", roster_views.reveal_nik, name="participant-nik"),
    path("bukti-terima/<str:number>/", receipts.receipt_detail, name="receipt-detail"),
    path("laporan-masuk/", review.review_list, name="review-list"),
    path("laporan-masuk/tumpang-tindih/", overlap_views.overlap_list, name="overlap-list"),
    path(
        "laporan-masuk/tumpang-tindih/<int:pk>/",
        overlap_views.overlap_decide,
        name="overlap-decide",
    ),
    path("laporan-masuk/<int:pk>/", review.report_review, name="report-review"),
    path("laporan-masuk/<int:pk>/buka-kembali/", review.report_reopen, name="report-reopen"),
]
