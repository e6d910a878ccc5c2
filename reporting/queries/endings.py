"""What the ways in which a round ends are called. (RP-1)"""

from django.utils.translation import pgettext


def ending_names() -> dict[str, str]:
    """By code of the ending, in the active language."""
    return {
        "closed": pgettext("ending", "Closed"),
        "continued": pgettext("ending", "Went on as a new round"),
        "declined": pgettext("ending", "Declined"),
        "withdrawn": pgettext("ending", "Withdrawn"),
        "": pgettext("ending", "Open"),
    }
