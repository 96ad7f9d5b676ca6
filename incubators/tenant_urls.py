from django.urls import path

from incubators import (
    mentor_views,
    quarter_receipts,
    quarter_review_views,
    quarter_views,
    tenant_entry_views,
    tenant_views,
)

app_name = "tenants"
urlpatterns = [
    path("", tenant_views.tenant_list, name="tenant-list"),
    path("<int:pk>/", tenant_views.tenant_detail, name="tenant-detail"),
    path("<int:pk>/nik/", tenant_views.tenant_nik, name="tenant-nik"),
    path("<int:pk>/ubah/", tenant_entry_views.tenant_change, name="tenant-change"),
    path("<int:pk>/langkah/<slug:verb>/", tenant_entry_views.tenant_move, name="tenant-move"),
    path("<int:pk>/izin/<slug:kind>/", tenant_entry_views.legality_entry, name="legality-entry"),
    path("inkubator/<int:incubator>/baru/", tenant_entry_views.tenant_create, name="tenant-create"),
    path(
        "inkubator/<int:incubator>/pendampingan/",
        tenant_entry_views.session_create,
        name="session-create",
    ),
    path(
        "pendampingan/<int:pk>/tarik/",
        tenant_entry_views.session_withdraw,
        name="session-withdraw",
    ),
    path("laporan/", quarter_views.quarter_list, name="quarter-list"),
    path("laporan/<int:pk>/", quarter_views.quarter_detail, name="quarter-detail"),
    path("laporan/<int:pk>/tempel/", quarter_views.quarter_paste, name="quarter-paste"),
    path("laporan/<int:pk>/unggah/", quarter_views.quarter_upload, name="quarter-upload"),
    path("laporan/<int:pk>/lembar-isian/", quarter_views.quarter_template, name="quarter-template"),
    path("laporan/<int:pk>/kirim/", quarter_views.quarter_submit, name="quarter-submit"),
    path("laporan/<int:pk>/tarik/", quarter_views.quarter_withdraw, name="quarter-withdraw"),
    path(
        "laporan/<int:pk>/bukti-terima/", quarter_receipts.quarter_receipt, name="quarter-receipt"
    ),
    path("tinjauan/", quarter_review_views.quarter_queue, name="quarter-queue"),
    path("tinjauan/<int:pk>/", quarter_review_views.quarter_review, name="quarter-review"),
    path("tinjauan/<int:pk>/buka/", quarter_review_views.quarter_reopen, name="quarter-reopen"),
    path("pendamping/", mentor_views.mentor_list, name="mentor-list"),
]
