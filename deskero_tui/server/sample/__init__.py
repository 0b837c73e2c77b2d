"""Sample data for a demo desk."""
