"""Cells and facts made up for tests of series, trends and warnings, as a refresh would have kept them."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from complaints.models import Complaint
from reporting.models import CaseFact, Cell, FactsState
from reporting.periods import Period, Span
from reporting.tallies import Dimension, Tally, moment_of
from tests.factories import ComplaintFactory

ZONE = ZoneInfo("Asia/Shanghai")


def months(first, count):
    """So many months from the one of a day on."""
    start = Period.of(first, Span.MONTH)
    return [start.shifted(place) for place in range(count)]


def cells(dimension, key, first, counts, **further):
    """Cells of one group for successive months and their quarters: complaints received, and what else is given."""
    quarters: dict[Period, Tally] = {}
    for place, month in enumerate(months(first, len(counts))):
        tally = Tally(received=counts[place], **{name: values[place] for name, values in further.items()})
        if tally != Tally():
            _keep(month, dimension, key, tally)
            quarter = Period.of(month.first, Span.QUARTER)
            quarters.setdefault(quarter, Tally())
            quarters[quarter] += tally
    for quarter, tally in quarters.items():
        _keep(quarter, dimension, key, tally)


def _keep(period, dimension, key, tally):
    Cell.objects.create(
        span=period.span,
        first=period.first,
        dimension=dimension,
        key=key,
        tally=tally.kept(),
        begun=tally.begun,
        ended=tally.ended,
        settled_from=moment_of(tally.settled_from),
    )


def whole(first, counts):
    """The cells of everything together, which say where counting began."""
    cells(Dimension.ALL, "", first, counts)


def counted_up_to(moment):
    """Nothing is stale."""
    FactsState.objects.update_or_create(pk=1, defaults={"known_at": moment, "counted_at": moment})


def facts_on(w, day, count, **columns):
    """So many complaints received on a day (noon by the business clock), as facts; their own rows are bare."""
    at = datetime.combine(day, time(12), tzinfo=ZONE)
    model = Complaint.objects.order_by("pk").first() or ComplaintFactory(
        policy_version=w.policy, channel=w.channel, first_contact_department=w.service, received_at=at
    )
    values = {
        "kind": "complaint",
        "policy_id": w.policy.policy_id,
        "channel_id": w.channel.pk,
        "category_id": w.category.pk,
        "severity": "general",
        "difficulty": "simple",
        "first_contact_department_id": w.service.pk,
        "owner_department_id": w.service.pk,
        "received_at": at,
    } | columns
    start = Complaint.objects.count()
    fresh = [
        Complaint(
            number=f"TS-M-{number:06d}",
            policy_version=w.policy,
            calendar_id=model.calendar_id,
            channel=w.channel,
            category_id=values["category_id"],
            complainant_id=model.complainant_id,
            subject="洗衣机漏水",
            product=values.get("product", ""),
            received_at=values["received_at"],
            registered_at=values["received_at"],
            first_contact_department=w.service,
            owner_department_id=values["owner_department_id"],
            responsible_department_id=values.get("responsible_department_id"),
        )
        for number in range(start, start + count)
    ]
    made = Complaint.objects.bulk_create(fresh)
    CaseFact.objects.bulk_create(CaseFact(complaint=complaint, round=1, **values) for complaint in made)
    return made


def quiet(w, rng, first, days, means):
    """Random days without any event: `means` cases a day of each kind of columns, Poisson."""
    for place in range(days):
        for mean, columns in means:
            count = int(rng.poisson(mean))
            if count:
                facts_on(w, first + timedelta(days=place), count, **columns)


def day(text):
    """A day from its text."""
    return date.fromisoformat(text)
