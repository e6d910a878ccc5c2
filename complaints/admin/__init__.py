"""The administration: thin pages over services."""
