"""The pages of incubators: who sees which, the stages as filter, and the way of each one."""

import base64
import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.roles import Role
from incubators.models import Incubator
from incubators.stages import Stage
from tests.factories import (
    AreaReviewerFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    PartnerFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    RegencyFactory,
    SelectionRoundFactory,
    TrainingOfficeFactory,
    TrainingReviewerFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
URL = reverse("incubators:incubator-list")
NATIONAL = {
    Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.NATIONAL_INCUBATOR_REVIEWER,
    Role.LEADERSHIP,
}  # fmt: skip
READERS = [role for role in Role.values if role != Role.PARTNER]


def page_of(incubator: Incubator) -> str:
    return reverse("incubators:incubator-detail", args=[incubator.pk])


def shown(response) -> list[int]:
    return [incubator.pk for incubator in response.context["page"]]


def numbers(response) -> dict[str, int]:
    way = {entry.stage.value: entry.count for entry in response.context["way"]}
    return way | {"struck_off": response.context["struck_off"].count}


class TestList:
    def test_stranger_is_sent_to_the_login(self, client):
        assert client.get(URL).status_code == 302

    @pytest.mark.parametrize("role", READERS)
    def test_each_role_sees_its_own_incubators_and_counts_no_foreign_one(self, client, role):
        own, foreign = IncubatorFactory(stage="selected"), IncubatorFactory(stage="selected")
        client.force_login(user_of(role, own.institution))
        response = client.get(URL)
        assert response.status_code == 200
        assert own.pk in shown(response)
        assert (foreign.pk in shown(response)) == (role in NATIONAL)
        assert numbers(response)["selected"] == (2 if role in NATIONAL else 1)

    def test_partner_is_refused_since_it_has_no_pages(self, client):
        client.force_login(PartnerFactory())
        assert client.get(URL).status_code == 403

    def test_menu_offers_incubators_to_all(self, client):
        institution = IncubatorFactory().institution
        for role in READERS:
            client.force_login(user_of(role, institution))
            menu = [url for _label, url, _current in client.get(URL).context["menu"]]
            assert URL in menu, role
            assert len(menu) <= 7

    def test_list_is_by_name_of_the_institution(self, client):
        for name in ("BLKK Zaitun", "BLKK Anggrek", "BLKK Melati"):
            IncubatorFactory(institution__name=name)
        client.force_login(LeadershipFactory())
        names = [str(incubator) for incubator in client.get(URL).context["page"]]
        assert names == ["BLKK Anggrek", "BLKK Melati", "BLKK Zaitun"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("tahun=2022", True),
            ("tahun=2023", False),
            ("tahap=validated", True),
            ("tahap=selected", False),
            ("provinsi=32", True),
            ("provinsi=33", False),
            ("uptp=bbpvp-bandung", True),
            ("uptp=bpvp-lain", False),
            ("tahun=2022&tahap=validated&provinsi=32&uptp=bbpvp-bandung", True),
        ],
    )
    def test_filters(self, client, query, found):
        regency = RegencyFactory(code="3204", province__code="32", office__code="bbpvp-bandung")
        incubator = IncubatorFactory(stage="validated", institution__regency=regency)
        RegencyFactory(code="3301", province__code="33", office__code="bpvp-lain")
        ProgrammeYearFactory(year=2023)
        client.force_login(LeadershipFactory())
        response = client.get(f"{URL}?{query}")
        assert response.status_code == 200
        assert shown(response) == ([incubator.pk] if found else [])

    def test_stages_are_counted_under_the_other_filters(self, client):
        here = RegencyFactory(province__code="32")
        for stage in ("selected", "selected", "validated", "struck_off"):
            IncubatorFactory(stage=stage, institution__regency=here)
        IncubatorFactory(stage="selected")
        client.force_login(LeadershipFactory())
        response = client.get(f"{URL}?provinsi=32&tahap=validated")
        assert numbers(response) == {
            "shortlisted": 0, "selected": 2, "validated": 1, "mentored": 0, "established": 0,
            "independent": 0, "struck_off": 1,
        }  # fmt: skip
        assert (len(shown(response)), response.context["count"]) == (1, 1)

    def test_each_stage_leads_to_its_list_and_the_chosen_one_back(self, client):
        regency = RegencyFactory(province__code="32")
        wanted = IncubatorFactory(stage="mentored", institution__regency=regency)
        IncubatorFactory(stage="selected", institution__regency=regency)
        client.force_login(LeadershipFactory())
        way = client.get(f"{URL}?provinsi=32").context["way"]
        url = next(entry.url for entry in way if entry.stage == Stage.MENTORED)
        assert "provinsi=32" in url
        chosen = client.get(f"{URL}{url}")
        assert shown(chosen) == [wanted.pk]
        back = next(entry.url for entry in chosen.context["way"] if entry.is_chosen)
        assert len(shown(client.get(f"{URL}{back}"))) == 2

    @pytest.mark.parametrize(
        "query",
        ["tahap=dijual", "tahun=abc", "tahun=99999999999999999999", "provinsi=%00", "provinsi=09",
         "uptp=%F0%9F%98%80", "tahapp=selected", "halaman=2"],
    )  # fmt: skip
    def test_nonsense_in_a_filter_lists_nothing_and_says_so(self, client, query):
        IncubatorFactory(stage="selected")
        client.force_login(LeadershipFactory())
        response = client.get(f"{URL}?{query}")
        assert response.status_code == 400
        assert shown(response) == []
        assert b'role="alert"' in response.content

    def test_empty_list_says_why(self, client):
        client.force_login(ObserverFactory(province=ProvinceFactory()))
        response = client.get(URL)
        assert response.status_code == 200
        assert b'class="empty"' in response.content

    def test_pages_hold_every_incubator_once_and_keep_the_filter(self, client):
        regency = RegencyFactory(province__code="32")
        for _n in range(30):
            IncubatorFactory(
                institution=InstitutionFactory(regency=regency, name="BLKK Senama (contoh)")
            )
        client.force_login(ObserverFactory(province=regency.province))
        first = client.get(f"{URL}?provinsi=32")
        second = client.get(f"{URL}{first.context['page'].next_url}")
        assert "provinsi=32" in first.context["page"].next_url
        assert len({*shown(first), *shown(second)}) == 30
        assert second.context["page"].next_url == ""

    @pytest.mark.parametrize(
        "cursor",
        ["rusak", "%00", "W10", base64.urlsafe_b64encode(json.dumps(["a", "b"]).encode()).decode()],
    )
    def test_broken_cursor_is_a_plain_400(self, client, cursor):
        client.force_login(LeadershipFactory())
        assert client.get(f"{URL}?sesudah={cursor}").status_code == 400

    @pytest.mark.parametrize("role", [Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OPERATOR])
    def test_list_asks_as_often_for_one_row_as_for_twenty(self, client, role):
        first = IncubatorFactory(stage="selected")
        client.force_login(user_of(role, first.institution))
        one = self._asked(client)
        for n in range(19):
            round_ = SelectionRoundFactory(programme_year__year=2023 + n)
            IncubatorFactory(institution=first.institution, round=round_, stage="validated")
        assert self._asked(client) == one <= 12

    def _asked(self, client) -> int:
        client.get(URL)
        with CaptureQueriesContext(connection) as asked:
            client.get(URL)
        return len(asked)

    def test_list_works_without_script_and_style_attributes(self, client):
        IncubatorFactory(stage="selected")
        client.force_login(LeadershipFactory())
        page = client.get(URL).content
        assert b"<script" not in page
        assert b"style=" not in page


class TestDetail:
    @pytest.mark.parametrize("role", READERS)
    def test_each_role_opens_its_own_and_not_a_foreign_one(self, client, role):
        own, foreign = IncubatorFactory(stage="selected"), IncubatorFactory()
        client.force_login(user_of(role, own.institution))
        assert client.get(page_of(own)).status_code == 200
        assert client.get(page_of(foreign)).status_code == (200 if role in NATIONAL else 404)

    def test_partner_and_missing_row_are_not_found(self, client):
        incubator = IncubatorFactory()
        client.force_login(PartnerFactory())
        assert client.get(page_of(incubator)).status_code == 404
        client.force_login(LeadershipFactory())
        assert client.get(f"{URL}987654321/").status_code == 404

    def test_no_state_asks_for_more_and_barred_reserves_ask_for_nothing(self, client):
        round_ = SelectionRoundFactory(places=3)
        mentored = IncubatorFactory(round=round_, stage="mentored", proved=True)
        gone = IncubatorFactory(round=round_, stage="selected")
        reviewer = IncubatorReviewerFactory()
        gone.move("strike_off", by=reviewer, on=date(2022, 11, 1), reason="Tutup.")
        candidate = IncubatorFactory(round=round_, rank=9)
        IncubatorFactory(round=round_, reserve_position=1)
        client.force_login(NationalAdminFactory())

        def queries(incubator):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(page_of(incubator)).status_code == 200
            return len(asked)

        before = queries(candidate)
        assert max(before, queries(mentored), queries(gone)) <= 12
        for position in range(2, 5):
            institution = InstitutionFactory(status="built")
            IncubatorFactory(round=round_, reserve_position=position, institution=institution)
        Incubator.objects.filter(reserve_position=1).update(reserve_position=5)
        assert queries(candidate) == before

    def test_steps_tell_what_is_done_and_where_it_stands(self, client):
        incubator = IncubatorFactory(stage="validated", on=date(2022, 9, 1))
        client.force_login(LeadershipFactory())
        steps = client.get(page_of(incubator)).context["steps"]
        assert [step.is_done for step in steps] == [True, True, False, False, False, False]
        assert [step.stage for step in steps if step.is_current] == [Stage.VALIDATED]
        assert steps[1].reached_on == date(2022, 9, 1)
        assert not any(step.is_skipped for step in steps)

    def test_stage_that_was_passed_over_is_not_called_done(self, client):
        incubator = IncubatorFactory(stage="validated", proved=True)
        incubator.move("establish", by=IncubatorReviewerFactory(), on=date(2022, 11, 1))
        client.force_login(LeadershipFactory())
        mentored = client.get(page_of(incubator)).context["steps"][3]
        assert (mentored.stage, mentored.is_done, mentored.is_skipped) == (
            Stage.MENTORED, False, True,
        )  # fmt: skip

    def test_struck_off_shows_how_far_it_had_come_and_why(self, client):
        incubator = IncubatorFactory(stage="struck_off")
        client.force_login(LeadershipFactory())
        response = client.get(page_of(incubator))
        steps = response.context["steps"]
        assert [step.is_done for step in steps] == [True, True, False, False, False, False]
        assert not any(step.is_current for step in steps)
        assert response.content.decode().count("Alasan contoh.") == 2
        assert not response.context["next_moves"]

    def test_history_is_newest_first_with_its_people(self, client):
        incubator = IncubatorFactory(stage="mentored", by=IncubatorReviewerFactory(name="Rina"))
        client.force_login(LeadershipFactory())
        response = client.get(page_of(incubator))
        assert [entry.to_stage for entry in response.context["history"]] == [
            "mentored", "validated", "selected",
        ]  # fmt: skip
        assert response.content.decode().count("Rina") == 3

    def test_short_listed_one_has_no_history_yet(self, client):
        incubator = IncubatorFactory()
        client.force_login(LeadershipFactory())
        response = client.get(page_of(incubator))
        assert response.context["history"] == []
        assert response.context["steps"][0].is_current

    def test_page_leads_to_the_institution(self, client):
        incubator = IncubatorFactory()
        client.force_login(LeadershipFactory())
        url = reverse("institutions:institution-detail", args=[incubator.institution_id])
        assert url in client.get(page_of(incubator)).content.decode()

    def test_replacement_is_linked_both_ways_within_the_area(self, client):
        office = TrainingOfficeFactory()
        old = IncubatorFactory(stage="struck_off", institution__office=office)
        new = IncubatorFactory(stage="selected", replaces=old)
        client.force_login(LeadershipFactory())
        assert page_of(old) in client.get(page_of(new)).content.decode()
        assert page_of(new) in client.get(page_of(old)).content.decode()
        client.force_login(AreaReviewerFactory(office=office))
        text = client.get(page_of(old)).content.decode()
        assert page_of(new) not in text
        assert new.institution.name not in text

    def test_only_those_with_the_right_get_a_link_to_the_administration(self, client):
        incubator = IncubatorFactory(stage="selected")
        url = reverse("admin:incubators_incubator_change", args=[incubator.pk])
        people = {
            NationalAdminFactory(): True,
            IncubatorReviewerFactory(): True,
            AreaReviewerFactory(office=incubator.institution.office): True,
            TrainingReviewerFactory(): False,
            LeadershipFactory(): False,
            OperatorFactory(institution=incubator.institution): False,
        }
        for user, may in people.items():
            client.force_login(user)
            response = client.get(page_of(incubator))
            assert (url in response.content.decode()) == may, user.role
            may_move = user.role in (Role.NATIONAL_ADMIN, Role.NATIONAL_INCUBATOR_REVIEWER)
            assert bool(response.context["moves"]) == may_move, user.role

    def test_page_asks_as_often_for_a_long_history_as_for_a_short_one(self, client):
        short, long = IncubatorFactory(stage="selected"), IncubatorFactory(stage="independent")
        client.force_login(LeadershipFactory())
        counts = []
        for incubator in (short, long):
            client.get(page_of(incubator))
            with CaptureQueriesContext(connection) as asked:
                client.get(page_of(incubator))
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 12
