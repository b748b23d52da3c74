"""The way in over HTTP: shapes in, shapes out; decisions are flows."""

BASE = "/integrator/api/v1"  # every operation of the published interface stands under it
