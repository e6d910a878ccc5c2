"""Investigations of the demonstration: made up, and played through the services."""
