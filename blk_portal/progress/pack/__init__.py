"""The national-meeting pack (bahan rapat nasional): one paper and one workbook of the figures."""
