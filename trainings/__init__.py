"""Training cohorts, their participants, and the reports that make them count."""
