"""A run as a picture: as a space-time diagram and as a sequence diagram."""
