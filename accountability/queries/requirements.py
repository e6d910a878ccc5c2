"""What must be there before an act of an inquiry: small named conditions, registered beside those of complaints."""
