"""The sales channels, one package each: what they tell us, and how they are told."""
