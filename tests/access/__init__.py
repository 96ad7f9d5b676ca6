"""Who may open what: the actors, the rows they meet, and the table of what each must get."""
