"""How far we are: indicators, targets, the roll-up and the pages that look over all apps."""
