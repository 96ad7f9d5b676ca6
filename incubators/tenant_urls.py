from django.urls import path

from incubators import mentor_views, tenant_entry_views, tenant_views

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
    path("pendamping/", mentor_views.mentor_list, name="mentor-list"),
]
