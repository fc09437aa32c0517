"""The page of the playground: its routes, what it shows, what it lets one do, and its files."""
