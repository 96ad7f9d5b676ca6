"""National identity numbers: encrypted, found by a keyed index, masked, each reading logged."""
