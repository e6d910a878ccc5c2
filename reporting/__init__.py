"""Indicators, trends, reports and the case library."""
