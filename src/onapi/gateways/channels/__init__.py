"""Ways to tell others: each channel is one file. What goes to an address that a user gave leaves through `egress`."""
