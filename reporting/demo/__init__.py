"""A quality department at work, for a demonstration: what it built, entered, reviewed and published."""
