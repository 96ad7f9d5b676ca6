"""`make bench`: how fast the portal is on the nation in full size, beside the raw measure.

Every line holds a time and the ratio r to the least that the same work costs (the bare statements
of a page, one pass of COPY, one sum, the reader alone), all taken in one run: times move with the
machine, ratios hardly.
"""
