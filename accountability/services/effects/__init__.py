"""What acts do besides moving the state; importing this package registers them all."""
