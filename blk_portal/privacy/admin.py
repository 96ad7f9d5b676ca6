"""The administration of the access log: to be read by the national administrator."""

from django.contrib import admin

from blk_portal.accounts.admin_scope import ReadOnlyAdmin
from blk_portal.privacy.models import AccessLog


@admin.register(AccessLog)
class AccessLogAdmin(ReadOnlyAdmin):
    """Who read whose identity, when and why."""

    list_display = ("at", "user", "action", "subject", "reason")
    list_filter = ("action",)
    list_select_related = ("user",)
    search_fields = ("^subject", "user__username")
