"""What stands on the paper of a pack, as data to print. Official papers are Indonesian."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.formats import moment, number, percent, signed
from blk_portal.progress.breakdowns import PARTICIPATIONS, PEOPLE, SUBJECTS, Section
from blk_portal.progress.figures import Headline
from blk_portal.progress.indicators import AFTER_TRAINING, INDICATORS
from blk_portal.progress.models import Breakdown
from blk_portal.progress.pace import Pace
from blk_portal.progress.pack.charts import burn_up, facts, province_map
from blk_portal.progress.pack.contents import (
    OF_PROVINCES,
    Contents,
    age,
    audit,
    definitions,
    hidden_note,
    method,
)
from blk_portal.progress.pack.shown import OPENING, Place, written
from blk_portal.progress.tenancy import SURVIVAL

LANGUAGE = "id"
LONGEST_RANKING = 10
MOST_MOVERS = 3
# One breakdown beside another: the parts of both make the columns of one table.
CROSSED = (Breakdown.SEX, Breakdown.FUNDING)


def paper(held: Contents) -> dict[str, object]:
    """The whole paper as data."""
    pack = held.pack
    title = gettext("National-meeting pack, %(year)s") % {"year": pack.programme_year}
    ministry = gettext("Ministry of Manpower of the Republic of Indonesia")
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    return {
        "title": title,
        "description": f"{title}: {pack.basis}",
        "author": ministry,
        "language": LANGUAGE,
        "sample": sample if settings.DEMO_MODE else "",
        "ministry": ministry,
        "directorate": gettext(
            "Directorate General of Vocational Training and Productivity Development"
        ),
        "kicker": f"BLK Komunitas · {pack.programme_year}",
        "heading": gettext("National-meeting pack"),
        "basis": pack.basis[:1].upper() + pack.basis[1:],
        "audience": pack.get_audience_display(),
        "age": age(held),
        "audit": audit(held.freshness),
        "is-sound": not held.freshness.differences or held.freshness.repaired,
        "targets": _targets(held),
        "paces": _paces(held),
        "map": _map(held),
        "ranking": _ranking(held),
        "provinces": _provinces(held),
        "crossed": _crossed(held),
        "sections": _sections(held),
        "outcomes": _outcomes(held),
        "tenancy": _tenancy(held),
        "definitions": definitions(held),
        "method": method(held),
        "words": {
            "targets": gettext("Three national targets"),
            "pace": gettext("Pace of the targets"),
            "pace-note": _pace_note(held),
            "breakdowns": gettext("Who was trained, in what and from which funds"),
            "outcomes": gettext("After the training"),
            "ranking": gettext("The provinces with most participations"),
            "ranking-note": _ranking_note(held),
            "tenancy": gettext("Tenants of business incubators"),
            "method": gettext("Method"),
            "definitions": gettext("What each figure means"),
            "definition-head": [
                gettext("Figure"), gettext("What counts"), gettext("What does not count"),
            ],
            "hidden": hidden_note(held),
            "page": gettext("page"),
        },
        "footer": f"{title} · {pack.basis} · {pack.get_audience_display()}",
        "printed": gettext("Made on %(at)s") % {"at": moment(timezone.now())},
    }  # fmt: skip


def _targets(held: Contents) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for one in held.headlines:
        value = held.shown.value(one.indicator.code)
        known = value if isinstance(value, int) else None
        target = one.target
        even = (
            target.even_on(held.day)
            if target and target.starts_on <= held.day <= target.ends_on
            else None
        )
        rows.append({
            "label": str(one.indicator.label),
            "value": written(value),
            "of": gettext("of %(target)s") % {"target": number(target.value)} if target else "",
            "unit": str(one.indicator.unit),
            "share": percent(known / target.value) if target and known is not None else "",
            "width": min(1, known / target.value) if target and known is not None else 0,
            "even": even / target.value if target and even is not None else None,
            "even-told": gettext("Even pace by this day: %(n)s") % {"n": number(even)}
            if even is not None
            else "",
            "companions": [
                *([[gettext("Opening balance in it"), _opening(held, one)]] if one.opening else []),
                *(
                    [str(other.label), written(held.shown.value(other.code))]
                    for other, _value in one.companions
                ),
            ],
        })  # fmt: skip
    return rows


def _opening(held: Contents, headline: Headline) -> str:
    """How much of a headline is opening balance, as it is shown."""
    return written(held.shown.value(headline.indicator.code, Place(None, *OPENING)))


def _paces(held: Contents) -> list[dict[str, object]]:
    return [
        {
            "message": one.message,
            "subtitle": gettext("Cumulative %(unit)s against the target, %(period)s.")
            % {"unit": one.indicator.unit, "period": one.target.period_name},
            "chart": burn_up(one),
            "facts": facts(one, is_public=held.pack.is_public),
            "movers": _movers(one),
            "source": f"{gettext('Source of the target:')} {one.target.source}",
        }
        for one in held.paces
    ]


def _pace_note(held: Contents) -> str:
    """What the lines of the charts are, as far as they are drawn."""
    lines = gettext("Line: reached. Dashes: an even pace.")
    if not any(one.projection for one in held.paces):
        return lines
    dots = gettext("Dots: projection by the slower and the faster of two paces.")
    return f"{lines} {dots}"


def _movers(pace: Pace) -> str:
    """The provinces that moved a figure most of late, or in the whole of a period that is over."""
    gains = [(one.total if pace.has_ended else one.recent, one.province) for one in pace.movers]
    told = [f"{place.name} {signed(gain)}" for gain, place in gains[:MOST_MOVERS] if gain > 0]
    return f"{gettext('Provinces that moved it most')}: {', '.join(told)}" if told else ""


def _map(held: Contents) -> dict[str, object]:
    ranked = held.shown.ranked(PARTICIPATIONS)
    title = gettext("Training participations by province")
    if ranked:
        most = {"name": ranked[0][0].name, "n": number(ranked[0][1])}
        title = gettext("Most participations: %(name)s, %(n)s") % most
    return {
        "title": title,
        "subtitle": gettext("Training participations by province, on today's map."),
        "alt": gettext("Tile map of the provinces; the table of provinces holds the same figures."),
        "none": gettext("nothing counted yet"),
        **province_map(held.shown, PARTICIPATIONS),
    }


def _ranking(held: Contents) -> list[dict[str, object]]:
    ranked = held.shown.ranked(PARTICIPATIONS)[:LONGEST_RANKING]
    whole = held.shown.value(PARTICIPATIONS)
    return [
        {
            "label": province.name,
            "value": number(value),
            "width": value / ranked[0][1],
            "share": percent(value / whole) if isinstance(whole, int) and whole else "",
        }
        for province, value in ranked
    ]


def _ranking_note(held: Contents) -> str:
    """Why a ranking ends early; nothing where it leaves no province out."""
    hidden = held.shown.hidden.get(PARTICIPATIONS, ())
    if not any(place.province and not place.breakdown for place in hidden):
        return ""
    return gettext("Only provinces that have more than all hidden ones together are ranked.")


def _provinces(held: Contents) -> dict[str, object]:
    def line(name: str, place: Place) -> list[str]:
        return [name, *(written(held.shown.value(code, place)) for code in OF_PROVINCES)]

    return {
        "title": gettext("By province"),
        "note": gettext("Only verified reports and dated papers count."),
        "groups": [],
        "head": [gettext("Province"), *(str(INDICATORS[code].label) for code in OF_PROVINCES)],
        "rows": [line(one.name, Place(one.pk)) for one in held.shown.provinces],
        "total": line(gettext("Indonesia"), Place()),
    }


def _crossed(held: Contents) -> dict[str, object]:
    """Participations of each province by sex and by funding, side by side."""
    parts = {breakdown: held.parts_of(breakdown) for breakdown in CROSSED}
    columns = [(breakdown, code, name) for breakdown in CROSSED for code, name in parts[breakdown]]
    groups = [
        {"name": str(SUBJECTS[breakdown]), "span": len(found)}
        for breakdown, found in parts.items()
        if found
    ]

    def line(name: str, province: int | None) -> list[str]:
        value = held.shown.value
        return [
            name,
            written(value(PARTICIPATIONS, Place(province))),
            *(
                written(value(PARTICIPATIONS, Place(province, breakdown, code)))
                for breakdown, code, _name in columns
            ),
        ]

    return {
        "title": gettext("Participations by province, sex and funding source"),
        "note": gettext("All parts of a province add up to its participations."),
        # The province and its participations stand in no group.
        "groups": [{"name": "", "span": 2}, *groups],
        "head": [
            gettext("Province"), gettext("Participations"), *(name for _b, _c, name in columns),
        ],
        "rows": [line(one.name, one.pk) for one in held.shown.provinces] if columns else [],
        "total": line(gettext("Indonesia"), None),
    }  # fmt: skip


def _sections(held: Contents) -> list[dict[str, object]]:
    return [_section(held, one) for one in held.sections]


def _section(held: Contents, section: Section) -> dict[str, object]:
    shown, parts = held.shown, section.parts
    places = [Place(None, section.breakdown, part.code) for part in parts]
    counts = [shown.value(PARTICIPATIONS, place) for place in places]
    largest = max((count for count in counts if isinstance(count, int)), default=0)
    rows = [
        {
            "label": str(part.label),
            "value": written(count),
            "people": written(shown.value(PEOPLE, place)),
            # Of opening balances nothing more is told: they are in no share.
            "share": percent(count / section.whole)
            if isinstance(count, int) and part is not section.opening
            else "",
            "width": count / largest if isinstance(count, int) and largest else 0,
        }
        for part, place, count in zip(parts, places, counts, strict=True)
    ]
    subject = str(SUBJECTS[section.breakdown])
    return {
        "subject": subject,
        # The message may speak of a part that strangers do not see.
        "message": subject if held.pack.is_public else section.message,
        "head": [gettext("Participations"), gettext("People"), gettext("Share")],
        "rows": rows,
    }


def _outcomes(held: Contents) -> list[list[str]]:
    """Each outcome as [what, how many, of how many reported, share]."""
    rows = []
    for base, parts in AFTER_TRAINING:
        reported = held.shown.value(base)
        if not reported:
            continue
        for code in parts:
            value = held.shown.value(code)
            share = (
                value / reported if isinstance(value, int) and isinstance(reported, int) else None
            )
            told = {"n": written(reported)}
            rows.append([
                str(INDICATORS[code].label), written(value),
                gettext("of %(n)s reported") % told, "" if share is None else percent(share),
            ])  # fmt: skip
    return rows


def _tenancy(held: Contents) -> list[list[str]]:
    """The tenants of incubators; on the paper of the ministry only."""
    found = held.tenancy
    if found is None:
        return []
    rows = [[str(one.indicator.label), written(one.value)] for one in found.tenants]
    for code in ("jobs", "tenant_turnover", "finance"):
        rows.append([str(INDICATORS[code].label), written(held.shown.value(code), code)])
    values = held.shown.nation.values
    for months in SURVIVAL:
        survived, reached = f"survived_{months}", f"reached_{months}"
        if values.get(reached):
            told = {"n": number(values.get(survived, 0)), "of": number(values[reached])}
            label = str(INDICATORS[survived].label)
            rows.append([label, gettext("%(n)s of %(of)s") % told])
    return rows
