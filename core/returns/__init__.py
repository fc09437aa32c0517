"""What a returned unit's disposition decides, and the change it makes."""
