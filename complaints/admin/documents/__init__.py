"""Pages on which documents are looked at, printed, fetched as PDF, and letters logged as sent."""
