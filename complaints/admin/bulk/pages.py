"""The addresses of bulk intake and export, as a part of the site."""

from django.urls import URLPattern, URLResolver, path

from complaints.admin.bulk.ledger import ledger_page
from complaints.admin.bulk.running import import_run_page, run_file, run_problems, run_progress
from complaints.admin.bulk.uploading import imports_page


class BulkPages:
    """Mixin for the site."""

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Ours before those of the models."""
        pages = (
            ("imports/", imports_page, "imports"),
            ("imports/<int:pk>/", import_run_page, "import_run"),
            ("imports/<int:pk>/progress/", run_progress, "import_progress"),
            ("imports/<int:pk>/errors.csv", run_problems, "import_problems"),
            ("imports/<int:pk>/file/", run_file, "import_file"),
            ("ledger/", ledger_page, "export_ledger"),
        )
        view = self.admin_view  # type: ignore[attr-defined]
        own = [path(address, view(page), {"site": self}, name=name) for address, page, name in pages]
        return [*own, *super().get_urls()]  # type: ignore[misc]
