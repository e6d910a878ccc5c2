"""Documents of accountability, made of the pieces of `complaints.documents`."""
