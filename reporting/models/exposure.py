"""How much was sold or served: what counts of complaints are put in relation to. (RP-2)"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.records import history

Person = settings.AUTH_USER_MODEL


class ExposureKind(models.TextChoices):
    """What is counted. Of several that are known, the first in this order is used."""

    CUSTOMERS = "customers", pgettext_lazy("exposure", "Customers served")
    SALES = "sales", pgettext_lazy("exposure", "Units sold")
    ORDERS = "orders", pgettext_lazy("exposure", "Orders")
    SERVICES = "services", pgettext_lazy("exposure", "Services rendered")


class ExposureScope(models.TextChoices):
    """Of what it is the exposure: the organisation as a whole, or one group of a dimension (`tallies.Dimension`)."""

    ALL = "all", pgettext_lazy("exposure", "Whole organisation")
    CATEGORY = "category", _("Category")
    DEPARTMENT = "department", _("Department")
    PRODUCT = "product", _("Product or service")
    SUPPLIER = "supplier", _("Supplier or partner")
    CHANNEL = "channel", _("Channel")


class Exposure(models.Model):
    """The exposure of one group in one month of the business time zone, by its first day."""

    month = models.DateField(_("month"))
    dimension = models.CharField(_("of"), max_length=20, choices=ExposureScope.choices)
    #: As in cells: the key of a register's row, or a product as complaints write it; empty for the whole.
    key = models.CharField(_("group"), max_length=200, blank=True)
    kind = models.CharField(_("what is counted"), max_length=20, choices=ExposureKind.choices)
    amount = models.DecimalField(_("amount"), max_digits=16, decimal_places=2)
    made_by = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    made_at = models.DateTimeField(_("recorded at"))

    history = history()

    class Meta:
        verbose_name = _("exposure figure")
        verbose_name_plural = _("exposure figures")
        ordering: ClassVar = ["-month", "dimension", "key", "kind"]
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dimension", "key", "kind", "month"], name="one_exposure_per_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="exposure_not_negative"),
            models.CheckConstraint(
                condition=Q(dimension="all", key="") | (~Q(dimension="all") & ~Q(key="")), name="exposure_of_a_group"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.dimension} {self.key} {self.kind}"
