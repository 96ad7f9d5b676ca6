"""What every endpoint of the interface shares; knows no domain."""
