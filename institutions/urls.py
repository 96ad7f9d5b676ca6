from django.urls import path

from institutions import (
    assessment_views,
    case_views,
    duplicate_views,
    export_views,
    import_views,
    milestone_views,
    money_views,
    operator_views,
    paper_views,
    partner_views,
    proposal_views,
    step_views,
    views,
    visit_views,
)

app_name = "institutions"
TRANCHE = "<int:pk>/keuangan/<int:tranche>/"
STEPS = {
    "lpj": "file",
    "setor": "give_back",
    "terima": "accept",
    "kembalikan": "send_back",
    "tarik": "withdraw",
}
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
    path("usulan/", proposal_views.proposal_queue, name="proposal-queue"),
    path("impor/", import_views.import_list, name="import-list"),
    path("impor/lembar-isian/", import_views.import_template, name="import-template"),
    path("impor/<int:pk>/", import_views.import_detail, name="import-detail"),
    path("impor/<int:pk>/kemajuan/", import_views.import_progress, name="import-progress"),
    path("impor/<int:pk>/terapkan/", import_views.import_apply, name="import-apply"),
    path("impor/<int:pk>/perbaikan/", import_views.import_mending, name="import-mending"),
    path(
        "impor/<int:pk>/baris/<int:row>/putuskan/", import_views.import_decide, name="import-decide"
    ),
    path("unduh/<int:pk>/", export_views.export_detail, name="export-detail"),
    path("unduh/<int:pk>/kemajuan/", export_views.export_progress, name="export-progress"),
    path("unduh/<int:pk>/berkas/", export_views.export_file, name="export-file"),
    path("unduh/<slug:kind>/<slug:form>/", export_views.list_export, name="list-export"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("duplikat/", duplicate_views.duplicate_list, name="duplicate-list"),
    path(
        "duplikat/<int:kept>/<int:gone>/",
        duplicate_views.duplicate_decide,
        name="duplicate-decide",
    ),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
    path("<int:pk>/langkah/<int:step>/urungkan/", step_views.step_undo, name="step-undo"),
    path("<int:pk>/tonggak/", milestone_views.milestone_list, name="milestone-list"),
    path(
        "<int:pk>/tonggak/catat/<slug:kind>/",
        milestone_views.milestone_record,
        name="milestone-record",
    ),
    path(
        "<int:pk>/tonggak/<int:milestone>/tarik/",
        milestone_views.milestone_withdraw,
        name="milestone-withdraw",
    ),
    path("<int:pk>/kasus/", case_views.case_list, name="case-list"),
    path("<int:pk>/kasus/buka/", case_views.case_open, name="case-open"),
    path("<int:pk>/kasus/<int:case>/tutup/", case_views.case_close, name="case-close"),
    path("<int:pk>/dokumen/", paper_views.paper_list, name="paper-list"),
    path("<int:pk>/keuangan/", money_views.money_list, name="money-list"),
    path("<int:pk>/keuangan/catat/", money_views.tranche_record, name="tranche-record"),
    path(TRANCHE, money_views.tranche_detail, name="tranche-detail"),
    *[
        path(
            f"{TRANCHE}{word}/",
            money_views.tranche_step,
            {"verb": verb},
            name=f"tranche-{verb.replace('_', '-')}",
        )
        for word, verb in STEPS.items()
    ],
    path("<int:pk>/penilaian/", assessment_views.assessment_list, name="assessment-list"),
    path(
        "<int:pk>/penilaian/<int:assessment>/tarik/",
        assessment_views.assessment_withdraw,
        name="assessment-withdraw",
    ),
    path("<int:pk>/kunjungan/", visit_views.visit_list, name="visit-list"),
    path(
        "<int:pk>/kunjungan/<int:visit>/tindak-lanjut/",
        visit_views.visit_follow_up,
        name="visit-follow-up",
    ),
    path(
        "<int:pk>/kunjungan/<int:visit>/tarik/", visit_views.visit_withdraw, name="visit-withdraw"
    ),
    path("<int:pk>/mitra/", partner_views.institution_partners, name="institution-partners"),
    path("<int:pk>/operator/", operator_views.operator_invite, name="operator-invite"),
    path(
        "<int:pk>/operator/<int:membership>/tautan/",
        operator_views.operator_reissue,
        name="operator-reissue",
    ),
    path(
        "<int:pk>/operator/<int:membership>/keluarkan/",
        operator_views.operator_remove,
        name="operator-remove",
    ),
    path("<int:pk>/usulan/", proposal_views.proposal_list, name="proposal-list"),
    path(
        "<int:pk>/usulan/<int:proposal>/tarik/",
        proposal_views.proposal_withdraw,
        name="proposal-withdraw",
    ),
    path(
        "<int:pk>/usulan/<int:proposal>/putusan/",
        proposal_views.proposal_decide,
        name="proposal-decide",
    ),
]
