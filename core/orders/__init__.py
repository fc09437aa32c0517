"""What is known about orders and the units they hold."""
