"""Who works here: users and roles. Knows no domain."""
