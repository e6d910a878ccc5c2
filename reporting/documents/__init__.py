"""What reports are written and drawn as."""
