"""What writes in reporting. No case is ever changed here."""
