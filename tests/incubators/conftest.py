"""Who is at the client: a reviewer of incubators, or an operator with tenants and a quarter."""

from datetime import date

import pytest
from django.urls import reverse

from incubators.stages import Stage
from institutions.models import Membership
from tests.factories import (
    IncubationReportFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    OperatorFactory,
    TenantFactory,
    TenantQuarterFactory,
)


@pytest.fixture
def reviewer(client):
    """A reviewer of incubators at the client."""
    user = IncubatorReviewerFactory()
    client.force_login(user)
    return user


@pytest.fixture
def world(client):
    """An operator at the client, an incubator with two tenants, and the report of 2022-4."""

    class World:
        reviewer = IncubatorReviewerFactory()
        operator = OperatorFactory()
        incubator = IncubatorFactory(stage=Stage.MENTORED, by=reviewer)
        entered = date(2022, 7, 4)
        first = TenantFactory(
            incubator=incubator, business="Kopi Bukit (contoh)", entered_on=entered
        )
        second = TenantFactory(
            incubator=incubator, business="Batik Ayu (contoh)", entered_on=entered
        )
        report = IncubationReportFactory(incubator=incubator)
        previous = TenantQuarterFactory(tenant=first, year=2022, quarter=3, turnover=10_000_000)

        def url(self, name, *args):
            return reverse(f"tenants:quarter-{name}", args=args or [self.report.pk])

        def paste(self, text, **typed):
            return client.post(self.url("paste"), {"text": text, **typed})

        def typing(self, **cells):
            """What a browser sends of the page, with these cells changed: t12_turnover="5 juta"."""
            page = client.get(self.url("detail"))
            sent = dict.fromkeys(("text", "file"), "") | {"version": page.context["report"].version}
            sent["seen"] = page.context["seen"]
            for block in page.context["blocks"]:
                for field in block:
                    value = "" if field.value() is None else field.value()
                    sent[field.html_name] = sent[field.html_initial_name] = value
            return sent | {name.replace("_", "-", 1): text for name, text in cells.items()}

        def sent(self):
            self.paste("Kopi Bukit (contoh)\t12.000.000\t1\t2\nBatik Ayu (contoh)\t5 juta\t0\t1")
            self.report.submit(by=self.operator, version=self.report.version)
            return self.report

    Membership.objects.create(user=World.operator, institution=World.incubator.institution)
    client.force_login(World.operator)
    return World()
