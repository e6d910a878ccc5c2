"""What reads. (docs/architecture.md)"""
