"""What a sale owes: line by line, then in all. Exact decimals, SUNAT's arithmetic, no documents."""
