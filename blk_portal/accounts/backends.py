"""Permissions come from the table of roles, not from rows that could drift from it."""

from allauth.account.auth_backends import AuthenticationBackend

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor


class RoleBackend(AuthenticationBackend):
    """Logs in by user name or e-mail, and answers every permission from `ROLES`."""

    def user_can_authenticate(self, user: User) -> bool:
        """Asked at the login and again at every request: an open session ends with the account."""
        return bool(super().user_can_authenticate(user)) and not user.has_ended

    def has_perm(self, user_obj: Visitor, perm: str, obj: object = None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return False
        return user_obj.spec.grants(perm)

    def has_module_perms(self, user_obj: Visitor, app_label: str) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        prefix = f"{app_label}."
        return any(name.startswith(prefix) for name in user_obj.spec.permissions)

    def get_all_permissions(self, user_obj: Visitor, obj: object = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        return set(user_obj.spec.permissions)

    def get_group_permissions(self, user_obj: Visitor, obj: object = None) -> set[str]:
        return self.get_all_permissions(user_obj, obj)
