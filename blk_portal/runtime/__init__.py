"""The embedded servers, process supervision and health. Knows no domain."""
