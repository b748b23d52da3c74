"""What faults do to a connection, a request and an answer; `onapi.simulator.faults` decides which of it happens."""
