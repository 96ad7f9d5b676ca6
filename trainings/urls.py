from django.urls import path, register_converter

from trainings import (
    aid_views,
    calendar_views,
    entry_views,
    flag_views,
    plan_views,
    programme_views,
    receipts,
    review,
    roster_views,
    views,
    workbook_views,
)
from trainings.models.kind import PartConverter

register_converter(PartConverter, "part")
app_name = "trainings"
urlpatterns = [
    path("pelatihan/", views.cohort_list, name="cohort-list"),
    path("pelatihan/baru/", plan_views.cohort_create, name="cohort-create"),
    path("pelatihan/kalender/", calendar_views.cohort_calendar, name="cohort-calendar"),
    path("program/", programme_views.programme_list, name="programme-list"),
    path("program/impor/", programme_views.programme_import, name="programme-import"),
    path("pelatihan/<int:pk>/", views.cohort_detail, name="cohort-detail"),
    path("pelatihan/<int:pk>/rencana/", plan_views.cohort_plan, name="cohort-plan"),
    path("pelatihan/<int:pk>/ubah/", plan_views.cohort_edit, name="cohort-edit"),
    path("pelatihan/<int:pk>/batalkan/", plan_views.cohort_cancel, name="cohort-cancel"),
    path("pelatihan/<int:pk>/pulihkan/", plan_views.cohort_restore, name="cohort-restore"),
    path(
        "pelatihan/<int:pk>/dana/catat/",
        aid_views.aid_step,
        {"verb": "receive"},
        name="aid-receive",
    ),
    path("pelatihan/<int:pk>/dana/lpj/", aid_views.aid_step, {"verb": "file"}, name="aid-file"),
    path(
        "pelatihan/<int:pk>/dana/lpj/terima/",
        aid_views.aid_step,
        {"verb": "accept"},
        name="aid-accept",
    ),
    path(
        "pelatihan/<int:pk>/dana/lpj/kembalikan/",
        aid_views.aid_step,
        {"verb": "send_back"},
        name="aid-send-back",
    ),
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
    path("pelatihan/<int:pk>/hasil/", entry_views.results, name="cohort-results"),
    path("pelatihan/<int:pk>/menyusul/", entry_views.latecomers, name="latecomers"),
    path("pelatihan/<int:pk>/peringatan/", roster_views.explain, name="cohort-warnings"),
    path("pelatihan/<int:pk>/tanda/", flag_views.flags_answer, name="flags-answer"),
    path("pelatihan/<int:pk>/kirim/", views.report_submit, name="report-submit"),
    path("pelatihan/<int:pk>/tarik/", views.report_withdraw, name="report-withdraw"),
    path("pelatihan/<int:pk>/<part:kind>/", entry_views.part_detail, name="part-detail"),
    path("pelatihan/<int:pk>/<part:kind>/kirim/", views.report_submit, name="part-submit"),
    path("pelatihan/<int:pk>/<part:kind>/tarik/", views.report_withdraw, name="part-withdraw"),
    path("peserta/<int:pk>/nik/", roster_views.reveal_nik, name="participant-nik"),
    path("bukti-terima/<str:number>/", receipts.receipt_detail, name="receipt-detail"),
    path(
        "bukti-terima/<str:number>/pdf/",
        receipts.receipt_pdf,
        name="receipt-pdf",
    ),
    path("periksa-bukti/<str:number>/<slug:digest>/", receipts.receipt_check, name="receipt-check"),
    path("laporan-masuk/", review.review_list, name="review-list"),
    path("laporan-masuk/<int:pk>/", review.report_review, name="report-review"),
    path("laporan-masuk/<int:pk>/buka-kembali/", review.report_reopen, name="report-reopen"),
]
