"""Addresses and answers of the administration, for the tests of several rooms."""

from django.urls import reverse


def changelist(model) -> str:
    return reverse(admin_name(model, "changelist"))


def change(row) -> str:
    return reverse(admin_name(type(row), "change"), args=[row.pk])


def admin_name(model, page: str) -> str:
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def form_data(response) -> dict:
    """What a browser would send back from the change page, untouched."""
    data = {}
    for inline in response.context["inline_admin_formsets"]:
        for field in inline.formset.management_form:
            data[field.html_name] = field.value()
        for row in inline.formset.initial_forms:
            data |= {f.html_name: v for f in row if (v := f.value()) is not None}
    form = response.context["adminform"].form
    return data | {field.html_name: v for field in form if (v := field.value()) is not None}
