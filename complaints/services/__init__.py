"""Writes. One act is permission, change and record in one function and one transaction."""
