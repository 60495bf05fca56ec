"""Road travel times between H3 cells: who tells them, and what is known of them."""
