"""Forms of inquiries: what is known when a form opens, and the editors of tables."""
