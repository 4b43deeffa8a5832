"""Room bookings: a page on which a house books its rooms."""
