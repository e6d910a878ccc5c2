"""What notices about damaged evidence say. (AC-2, DL-3)"""

from django.utils.translation import gettext_lazy

from complaints.queries.notice_texts import TEMPLATES, Template

MISSING, CHANGED, MANY = "inquiry.file_missing", "inquiry.file_changed", "inquiry.files_damaged"

_ASKS = gettext_lazy(
    "Please see that the file is brought back from the backup, unchanged. Until then it cannot be opened; what was "
    "recorded of the evidence stays."
)

TEMPLATES |= {
    MISSING: Template(gettext_lazy("A file of evidence is missing: %(file)s"), _ASKS),
    CHANGED: Template(gettext_lazy("A file of evidence was changed: %(file)s"), _ASKS),
    MANY: Template(
        gettext_lazy("%(count)s files of evidence are missing or changed"),
        gettext_lazy(
            "Please look at once whether the store of files is there and bring it back from the backup. Among them: "
            "%(examples)s."
        ),
    ),
}
