"""How a report moves: obligations, verbs, log, receipts. Knows no figures."""
