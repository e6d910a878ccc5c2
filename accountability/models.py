"""Models of investigations, determinations and measures."""
