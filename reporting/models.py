"""Models of facts, reports and case studies."""
