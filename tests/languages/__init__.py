"""Both languages on every page: what is not translated is found, not looked for."""
