from django.urls import path

from institutions import export_views, import_views, operator_views, views

app_name = "institutions"
urlpatterns = [
    path("", views.institution_list, name="institution-list"),
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
    path("unduh/<int:pk>/berkas/", export_views.export_file, name="export-file"),
    path("unduh/<slug:kind>/<slug:form>/", export_views.list_export, name="list-export"),
    path("<int:pk>/", views.institution_detail, name="institution-detail"),
    path("<int:pk>/langkah/", views.institution_move, name="institution-move"),
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
]
