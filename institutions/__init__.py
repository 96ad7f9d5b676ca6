"""The register: regions, training offices, legal owners, institutions and their milestones."""
