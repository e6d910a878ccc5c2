"""Forms of cases: what an act asks, and the registration of a complaint."""
