from django.urls import path

from trainings import (
    flag_views,
    queue_views,
    receipts,
    review,
    roster_views,
    standin_views,
    unlock_views,
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
    path("pelatihan/<int:pk>/peringatan/", roster_views.explain, name="cohort-warnings"),
    path("pelatihan/<int:pk>/tanda/", flag_views.flags_answer, name="flags-answer"),
    path("pelatihan/<int:pk>/kirim/", views.report_submit, name="report-submit"),
    path("pelatihan/<int:pk>/tarik/", views.report_withdraw, name="report-withdraw"),
    path("peserta/<int:pk>/nik/", roster_views.reveal_nik, name="participant-nik"),
    path("bukti-terima/<str:number>/", receipts.receipt_detail, name="receipt-detail"),
    path("laporan-masuk/", queue_views.review_list, name="review-list"),
    path("laporan-masuk/bersama/", queue_views.verify_several, name="verify-several"),
    path("laporan-masuk/<int:pk>/ambil/", queue_views.report_take, name="report-take"),
    path("laporan-masuk/<int:pk>/serahkan/", queue_views.report_hand_over, name="report-hand-over"),
    path("laporan-masuk/<int:pk>/atas-nama/", standin_views.begin, name="standin-begin"),
    path("laporan-masuk/<int:pk>/atas-nama/selesai/", standin_views.stop, name="standin-stop"),
    path("laporan-masuk/permintaan/<int:pk>/", unlock_views.decide, name="unlock-decide"),
    path("pelatihan/<int:pk>/minta-buka/", unlock_views.ask, name="unlock-ask"),
    path("laporan-masuk/<int:pk>/", review.report_review, name="report-review"),
    path("laporan-masuk/<int:pk>/buka-kembali/", review.report_reopen, name="report-reopen"),
]
