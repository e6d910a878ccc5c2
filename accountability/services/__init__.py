"""What writes. (docs/architecture.md)"""
