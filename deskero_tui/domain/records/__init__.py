"""Records of a desk: tickets, people, look-up lists, and what screens show of them."""
