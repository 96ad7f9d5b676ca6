"""Every address of the portal; includes only."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from blk_portal.progress import errors
from blk_portal.runtime import health

# The administration logs in where everybody does, under the same limits against guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # allauth's way

urlpatterns = [
    path("", include("blk_portal.progress.urls")),
    path("lembaga/", include("institutions.urls")),
    path("dokumen/", include("institutions.paper_urls")),
    path("dana/", include("institutions.money_urls")),
    path("mitra/", include("institutions.partner_urls")),
    path("inkubator/", include("incubators.urls")),
    path("tenant/", include("incubators.tenant_urls")),
    path("", include("trainings.urls")),
    path("api/v1/", include("blk_portal.api")),
    path("oauth/", include("blk_portal.accounts.oauth_urls")),
    # allauth's page of addresses writes a row when it is read, and nobody needs it here.
    path("akun/email/", errors.page_not_found),
    path("akun/", include("allauth.account.urls")),
    path("akun/keamanan/", include("allauth.mfa.urls")),
    path("undangan/", include("blk_portal.accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "blk_portal.progress.errors.bad_request"
handler403 = "blk_portal.progress.errors.permission_denied"
handler404 = "blk_portal.progress.errors.page_not_found"
handler429 = "blk_portal.progress.errors.too_many_requests"
handler500 = "blk_portal.progress.errors.server_error"
