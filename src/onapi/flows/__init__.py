"""The things the platform does, one file each, told from top to bottom."""
