"""The pack of each month: which figures it shows, and the mails that bring it to its recipients."""

from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from blk_portal.formats import month_name
from blk_portal.progress import figures
from blk_portal.progress.models import MeetingPack, PackMail, PackRecipient, Publication
from blk_portal.progress.pace import last_day, month_of
from blk_portal.progress.pack.records import RIGHT, Audience
from blk_portal.reporting.mailing import AT_ONCE, LANGUAGE, SECONDS_A_TURN, send_each
from institutions.models import ProgrammeYear

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def month_before(day: date) -> date:
    """The first day of the month that ended last."""
    return month_of(month_of(day) - timedelta(days=1))


@transaction.atomic
def open_month(month: date) -> int:
    """Write the mails of a month that has ended, with the packs they bring; returns how many.

    May run twice: whoever has a mail of the month gets no other. Without recipients, and before
    there are figures, nothing is written.
    """
    year = year_of(month)
    turn = set(PackRecipient.objects.in_turn())
    if year is None or not turn:
        return 0
    packs = {audience: _pack(year, month, audience) for audience in {one.audience for one in turn}}
    return PackMail.objects.write(packs, month=month)


def year_of(month: date) -> ProgrammeYear | None:
    """The budget year that a month speaks of: the latest with a target that had begun by then."""
    known = figures.years()
    begun = [one for one in known if one.has_target and one.year <= month.year]
    return next(iter([*begun, *known]), None)


def _pack(year: ProgrammeYear, month: date, audience: Audience) -> MeetingPack:
    """The figures of the last publication, or of the month's last day.

    The public always gets what is published, once anything is. The ministry gets a publication
    where it was made for a day of this month.
    """
    end = last_day(month)
    published = Publication.objects.of(year).filter(day__lte=end).latest_first().first()
    is_chosen = published and (audience == Audience.PUBLIC or published.day >= month)
    moment = {"publication": published} if is_chosen else {"day": end}
    return MeetingPack.objects.ask(year, **moment, audience=audience, by=None)


def send_due(*, seconds: float = SECONDS_A_TURN) -> bool:
    """Mail the packs that are due and made, for one turn; true where more is waiting."""
    due = list(PackMail.objects.due(at=timezone.now()).ready()[:AT_ONCE])
    return send_each(due, letter, seconds=seconds)


def letter(row: PackMail) -> EmailMessage | None:
    """The mail of a month as it stands now; none for somebody who shall not get it any longer."""
    recipient, person = row.recipient, row.recipient.person
    if not recipient.is_active:
        return None
    if person and not (
        person.email and person.wants_mail and person.may_log_in and person.has_perm(RIGHT)
    ):
        return None
    with translation.override(LANGUAGE):
        return _letter(row, person.email if person else recipient.email)


def _letter(row: PackMail, address: str) -> EmailMessage:
    pack = row.pack
    subject = gettext("National-meeting pack, %(month)s") % {"month": month_name(row.month)}
    context = {"row": row, "pack": pack, "url": settings.PORTAL_URL + address_of(row)}
    body = render_to_string("progress/pack_message.txt", context).strip()
    # The same number at every attempt: who gets it twice sees that it is one.
    number = f"<bahan-rapat-{row.pk}@{settings.PORTAL_URL.partition('//')[2]}>"
    message = EmailMessage(
        subject, body, settings.DEFAULT_FROM_EMAIL, [address],
        headers={"Message-ID": number, "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    if pack.is_public:
        with pack.paper.open("rb") as paper, pack.workbook.open("rb") as workbook:
            message.attach(pack.filename("pdf"), paper.read(), PDF)
            message.attach(pack.filename("xlsx"), workbook.read(), XLSX)
    return message


def address_of(row: PackMail) -> str:
    """Where the reader goes on: the page of the pack, or the public page."""
    if not row.pack.is_public:
        return reverse("progress:pack-detail", args=[row.pack_id])
    if row.pack.publication:
        year, slug = row.pack.programme_year.year, row.pack.publication.slug
        return reverse("progress:publication-detail", args=[year, slug])
    return reverse("progress:public")
