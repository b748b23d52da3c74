"""Shapes of requests and answers, one file for each router. Only these and `intake` know the public vocabulary."""
