"""Investigation, determination of responsibility, measures, and the audit of the records."""
