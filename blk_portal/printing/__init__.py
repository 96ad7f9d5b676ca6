"""Pages as PDF: data go in, one file comes out. Knows no domain and no database."""
