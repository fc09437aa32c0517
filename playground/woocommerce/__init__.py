"""A stand-in for one WooCommerce shop."""
