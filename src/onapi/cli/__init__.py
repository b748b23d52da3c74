"""The command line: one sentence a command, exit statuses stated."""
