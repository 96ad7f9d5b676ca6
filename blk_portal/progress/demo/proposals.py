"""Changes that the demo operator proposed: one that was refused, and one that awaits a decision."""

from datetime import datetime, timedelta

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import OFFICE_TIME, World
from institutions.models import ChangeProposal

FIRST_PROPOSED_AT = datetime(2022, 9, 12, 9, 20, tzinfo=OFFICE_TIME)


def make_proposals(world: World, sample: Sample) -> None:
    """Write the proposals about the demo operator's institution."""
    institution, operator = sample.institution, world.users[Role.OPERATOR]
    State, Field = ChangeProposal.State, ChangeProposal.Field
    ChangeProposal.objects.bulk_create([
        ChangeProposal(
            institution=institution, field=Field.CONTACT_NAME, old_value=institution.contact_name,
            new_value="Pengurus Yayasan (contoh)", reason="Narahubung sedang cuti.",
            proposed_by=operator, proposed_at=FIRST_PROPOSED_AT, state=State.REFUSED,
            decided_by=world.reviewer_of(institution),
            decided_at=FIRST_PROPOSED_AT + timedelta(days=2),
            note="Tuliskan nama orang yang dapat dihubungi, bukan nama pengurus.",
        ),
        ChangeProposal(
            institution=institution, field=Field.ADDRESS, old_value=institution.address,
            new_value=f"{institution.address}, RT 02/RW 05",
            reason="Alamat dilengkapi agar kiriman peralatan sampai.",
            proposed_by=operator, proposed_at=FIRST_PROPOSED_AT + timedelta(days=9),
        ),
    ])  # fmt: skip
