"""Opening balances: what was reported before the portal, and how it counts until reports come."""
