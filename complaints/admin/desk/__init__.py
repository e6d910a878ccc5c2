"""What a person finds after logging in: the desk, the docket, notices, and the outbox for administrators."""
