"""What the tests stand on: settings, services, a worker, a browser."""
