"""`syncstate doctor`: looks at everything an installation needs, says what is wrong, and mends what it can."""
