"""Business incubators: selection, stages, and what each stage is proven by."""
