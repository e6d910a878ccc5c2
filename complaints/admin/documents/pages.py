"""The addresses of documents, as a part of the site."""

from django.urls import URLPattern, URLResolver, path

from complaints.admin.documents.case_documents import (
    file_page,
    handling_page,
    opinion_page,
    registration_page,
    sheet_page,
)
from complaints.admin.documents.letter_page import letter_page
from complaints.admin.documents.overview import overview
from complaints.admin.documents.volumes import volume_page, volumes_page


class DocumentPages:
    """Mixin for the site."""

    def get_urls(self) -> list[URLResolver | URLPattern]:
        """Ours before those of the models."""
        pages = (
            ("documents/<int:pk>/", overview, "complaints_complaint_documents"),
            ("documents/<int:pk>/registration/", registration_page, "document_registration"),
            ("documents/<int:pk>/file/", file_page, "document_file"),
            ("documents/<int:pk>/sheet/<int:row>/", sheet_page, "document_sheet"),
            ("documents/<int:pk>/handling/<int:row>/", handling_page, "document_handling"),
            ("documents/<int:pk>/opinion/<int:row>/", opinion_page, "document_opinion"),
            ("documents/<int:pk>/letter/<slug:code>/", letter_page, "document_letter"),
            ("volume/", volumes_page, "volume"),
            ("volume/<int:year>/", volume_page, "volume_of_year"),
        )
        view = self.admin_view  # type: ignore[attr-defined]
        own = [path(address, view(page), {"site": self}, name=name) for address, page, name in pages]
        return [*own, *super().get_urls()]  # type: ignore[misc]
