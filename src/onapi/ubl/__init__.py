"""UBL for Peru: XML written straight in canonical form, and the schemas that judge it."""
