"""The list of complaints: columns, filters, search, and what can be done with several at once."""

from complaints.admin.lists.page import ComplaintList

__all__ = ["ComplaintList"]
