"""Files of a case: downloads only, to those who may see the case. (AU-4, IN-6)"""

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from complaints.admin.access import standing_for
from complaints.admin.cases.opening import open_case
from complaints.models import Material
from complaints.queries.case_page import may_open_material


def material_file(request: HttpRequest, pk: int, material: int) -> HttpResponseBase:
    """The file as it was received, as an attachment. No browser shows, guesses at, or runs what is in it."""
    case = open_case(request, pk)
    row = get_object_or_404(Material.objects.filter(complaint=case.complaint), pk=material)
    if not may_open_material(standing_for(request), case, row):
        raise Http404
    response = FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.file_name, content_type=row.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
