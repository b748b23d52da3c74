"""The way in over HTTP: shapes in, shapes out; decisions are flows."""
