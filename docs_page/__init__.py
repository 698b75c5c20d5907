"""The page at /api-docs: a viewer kept in this room, and the contract dressed for it."""
