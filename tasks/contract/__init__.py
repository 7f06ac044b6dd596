"""What the tables are: types, closed lists, every column once, PLOVER's scores, and the descriptions made from them."""
