"""What `make bench` measures, beside naive rivals in the same run."""
