"""Small frozen values: money, RUC, series and number, moments, files. They know facts and nothing else."""
