"""Targets: versions, closed years, parts that sum to the whole, and copies for the next year."""

from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from blk_portal.accounts.roles import Role
from blk_portal.progress import figures, splitting
from blk_portal.progress.apportioning import apportioned
from blk_portal.progress.models import Target
from blk_portal.progress.splitting import Key
from blk_portal.progress.targets import TargetRefused
from tests.factories import (
    ActualFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    TargetFactory,
    user_of,
)

WEIGHTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=40)


@given(whole=st.integers(0, 10**7), weights=WEIGHTS)
def test_parts_sum_to_the_whole_and_none_is_off_by_one(whole, weights):
    parts = apportioned(whole, dict(enumerate(weights)))
    assert sum(parts.values()) == whole
    total = sum(weights) or len(weights)
    for place, weight in enumerate(weights):
        exact = whole * (weight if sum(weights) else 1) / total
        assert exact - 1 < parts[place] < exact + 1


@pytest.fixture
def staff():
    return NationalAdminFactory()


@pytest.fixture
def provinces():
    return [ProvinceFactory(code=code) for code in ("32", "33", "35")]


@pytest.mark.django_db
class TestVersions:
    def test_changed_target_is_a_new_version_and_the_old_one_stays(self, staff):
        old = TargetFactory(value=850)
        new = old.revise(by=staff, value=900, legal_basis="Kepmen contoh")
        old.refresh_from_db()
        assert (old.value, old.is_in_force, new.value, new.version) == (850, False, 900, 2)
        assert (new.set_by, new.rule, new.set_at) == (staff, old.rule, old.replaced_at)
        assert new.revise(by=staff, value=900) == new
        [shown] = [one for one in figures.headlines(new.programme_year) if one.target]
        assert shown.target == new
        with pytest.raises(TargetRefused):
            old.revise(by=staff, value=1)

    def test_staff_change_a_target_in_the_administration_by_a_new_version(self, client, staff):
        old = TargetFactory(value=850)
        client.force_login(staff)
        address = reverse("admin:progress_target_change", args=[old.pk])
        sent = {"value": "900", "rule": old.rule, "legal_basis": "", "source": "Keputusan contoh"}
        assert client.post(address, sent).status_code == 302
        new = Target.objects.in_force().get()
        assert (new.value, new.version, new.set_by) == (900, 2, staff)
        assert client.post(address, sent).status_code == 403
        assert Target.objects.count() == 2

    def test_closed_year_keeps_its_targets(self, staff):
        target = TargetFactory(programme_year=ProgrammeYearFactory(is_closed=True))
        with pytest.raises(TargetRefused):
            target.revise(by=staff, value=1)
        with pytest.raises(TargetRefused):
            splitting.split(target, {}, by=staff)
        assert Target.objects.get() == target

    def test_year_that_has_not_begun_is_not_shown_first(self):
        now = TargetFactory().programme_year
        TargetFactory(programme_year=ProgrammeYearFactory(year=2099))
        assert figures.chosen_year(figures.years(), None) == now


@pytest.mark.django_db
class TestSplit:
    def test_proposal_follows_institutions_figures_or_what_stands(self, staff, provinces):
        west, middle, east = provinces
        target = TargetFactory(value=10)
        for province, count in ((west, 2), (east, 1)):
            InstitutionFactory.create_batch(count, operational=True, regency__province=province)
        before = ProgrammeYearFactory(year=target.programme_year.year - 1)
        ActualFactory(programme_year=before, province=middle, value=5)
        shares = {
            key: tuple(splitting.proposal(target, key).parts[one.code] for one in provinces)
            for key in Key.values
        }
        assert shares[Key.INSTITUTIONS] == (7, 0, 3)
        assert shares[Key.FIGURE] == (0, 10, 0)
        assert sorted(shares[Key.EQUAL]) == [3, 3, 4]
        splitting.split(target, dict(zip(("32", "33", "35"), (1, 2, 7), strict=True)), by=staff)
        kept = splitting.proposal(target, Key.KEPT).parts
        assert tuple(kept[one.code] for one in provinces) == (1, 2, 7)

    def test_staff_edit_the_proposal_and_parts_that_miss_the_whole_are_refused(
        self, client, staff, provinces
    ):
        target = TargetFactory(value=10)
        client.force_login(staff)
        address = reverse("progress:target-split", args=[target.pk])
        wrong = client.post(address, {"p32": 4, "p33": 3, "p35": 2})
        assert wrong.status_code == 400
        assert "bagikan 1 lagi" in wrong.text
        assert 'value="4"' in wrong.text
        assert not Target.objects.exclude(province=None)
        assert client.post(address, {"p32": 4, "p33": 3, "p35": 3}).status_code == 302
        assert client.post(address, {"p32": 4, "p33": 0, "p35": 6}).status_code == 302
        standing = Target.objects.in_force().exclude(province=None).order_by("province__code")
        assert list(standing.values_list("value", "version", "set_by")) == [
            (4, 1, staff.pk), (6, 2, staff.pk),
        ]  # fmt: skip
        page = client.get(reverse("progress:targets"))
        [promise] = page.context["promises"]
        assert (promise.shared_out, len(promise.parts)) == (10, 2)
        assert client.get(address, {"dasar": "asal"}).status_code == 404

    def test_staff_read_why_a_proposal_gives_every_province_the_same(
        self, client, staff, provinces
    ):
        target = TargetFactory(value=30)
        client.force_login(staff)
        address = reverse("progress:target-split", args=[target.pk])
        for key, told in (
            ("capaian", "Tidak ada capaian di provinsi pada TA 2021"),
            ("lembaga", "Belum ada lembaga"),
            ("sekarang", "Target ini belum dibagi"),
        ):
            assert told in client.get(address, {"dasar": key}).text, key
        assert "bagian yang sama." not in client.get(address, {"dasar": "rata"}).text
        before = ProgrammeYearFactory(year=2021)
        ActualFactory(programme_year=before, province=provinces[0], value=5)
        assert "Tidak ada capaian" not in client.get(address, {"dasar": "capaian"}).text

    def test_target_changed_after_its_split_is_marked_with_the_way_to_split_it_again(
        self, client, staff, provinces
    ):
        target = TargetFactory(value=110)
        for province, value in zip(provinces, (50, 50, 10), strict=True):
            TargetFactory(province=province, value=value)
        client.force_login(staff)
        address = reverse("progress:targets")
        page = client.get(address).text
        assert "Terbagi ke provinsi" in page
        assert "Berbeda dari target" not in page
        new = target.revise(by=staff, value=50)
        page = client.get(address).text
        assert "110 dari 50" in page
        assert "Berbeda dari target" in page
        again = f'<a href="{reverse("progress:target-split", args=[new.pk])}">Bagi lagi'
        assert again in page
        client.force_login(user_of(Role.LEADERSHIP, None))
        page = client.get(address).text
        assert "Berbeda dari target" in page
        assert again not in page

    def test_observer_reads_the_nations_targets_and_the_own_part_only(self, client, provinces):
        institution = InstitutionFactory(regency__province=provinces[0])
        for province in (None, *provinces):
            TargetFactory(province=province, value=10)
        client.force_login(user_of(Role.OBSERVER, institution))
        page = client.get(reverse("progress:targets"))
        [promise] = page.context["promises"]
        assert [part.province for part in promise.parts] == [provinces[0]]
        assert reverse("progress:target-split", args=[promise.target.pk]) not in page.text
        assert "Bagian wilayah Anda" in page.text
        assert "Berbeda dari target" not in page.text, "the parts of others are not seen"


@pytest.mark.django_db
class TestCopy:
    def test_next_year_is_the_year_multiplied_with_its_split(self, client, staff, provinces):
        rule = "Peserta TA 2022 menurut Keputusan 2022, bukan TA 20221."
        target = TargetFactory(value=101, rule=rule)
        for province, value in zip(provinces, (50, 50, 1), strict=True):
            TargetFactory(province=province, value=value)
        later = ProgrammeYearFactory(year=2023)
        client.force_login(staff)
        address = reverse("progress:target-copy", args=[2022])
        sent = {"to": "2023", "factor": "1,5", "source": "Keputusan contoh"}
        assert client.post(address, sent).status_code == 302
        made = Target.objects.in_force().filter(programme_year=later)
        whole = made.get(province=None)
        assert (whole.value, whole.source) == (152, "Keputusan contoh")
        assert whole.rule == "Peserta TA 2023 menurut Keputusan 2022, bukan TA 20221."
        assert sum(part.value for part in made.exclude(province=None)) == 152
        again = client.post(address, sent)
        assert (again.status_code, made.count()) == (400, 4)
        whole.revise(by=staff, rule="Aturan baru.")
        target.refresh_from_db()
        assert target.rule == rule

    def test_multiplied_value_is_whole_and_at_least_one(self):
        assert splitting.multiplied(850, Decimal("1.5")) == 1_275
        assert splitting.multiplied(1, Decimal("0.01")) == 1
