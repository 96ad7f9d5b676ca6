"""The log of who read whose identity."""

import factory

from blk_portal.privacy.models import AccessLog
from tests.factories.accounts import AuditorFactory


class AccessLogFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AccessLog

    user = factory.SubFactory(AuditorFactory)
    action = AccessLog.Action.READ_NAMES
    subject = factory.Sequence(lambda n: f"trainings.cohort:{n}")
