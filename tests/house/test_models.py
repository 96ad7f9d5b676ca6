"""Models, their migrations, their names and rights."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import models
from django.forms import ModelForm

from blk_portal.accounts.roles import ROLES, Role
from blk_portal.privacy.models import NikHolder
from tests.house.sources import PACKAGES, layer_of, room_of

OUR_MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]
NIK_HOLDERS = [model for model in OUR_MODELS if issubclass(model, NikHolder)]
SECRET = {"nik_sealed", "nik_index", "uid", "cells_sealed"}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_foreign_keys_go_down_like_imports(model: type[models.Model]):
    for field in model._meta.get_fields():
        if not field.is_relation or field.auto_created or not isinstance(field, models.Field):
            continue
        above, below = layer_of(model.__module__), layer_of(field.related_model.__module__)
        assert above is not None, f"{model.__module__} stands in no layer"
        if below is None:
            continue
        rooms = room_of(model.__module__), room_of(field.related_model.__module__)
        assert above < below or rooms[0] == rooms[1], f"{field} points up or sideways: {rooms}"


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model._meta.label)
def test_model_has_its_names_and_a_docstring(model: type[models.Model]):
    assert {"verbose_name", "verbose_name_plural"} <= model._meta.original_attrs.keys()
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "says what it is in no words"


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_every_right_of_a_role_exists(role: str):
    known = {
        f"{app}.{code}"
        for app, code in Permission.objects.values_list("content_type__app_label", "codename")
    }
    labels = {config.label for config in apps.get_app_configs()}
    for name in ROLES[role].permissions:
        app, _dot, code = name.partition(".")
        assert name in known if code != "*" else app in labels, name


@pytest.mark.parametrize("model", NIK_HOLDERS, ids=lambda model: model._meta.label)
def test_nik_stands_in_no_list_and_no_form(model: type[models.Model]):
    assert not SECRET & {field.name for field in model._meta.fields if field.editable}
    page = admin.site._registry.get(model)
    if page is not None:
        shown = [*page.list_display, *page.search_fields, *page.list_filter, *page.ordering]
        assert not [name for name in shown if "nik" in str(name) or str(name) in SECRET]
        fields = page.fields or []
        assert fields, f"{model._meta.label}: say which fields the administration shows"
        assert not SECRET & set(fields)
        assert "nik" not in fields or callable(getattr(page, "nik", None))
    for form in _model_forms(model):
        assert not {name for name in form.base_fields if "nik" in name or name in SECRET}, form


def _model_forms(model: type[models.Model]) -> Iterator[type[ModelForm]]:
    waiting = [ModelForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.split(".")[0] in PACKAGES and form._meta.model is model:
            yield form
