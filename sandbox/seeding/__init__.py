"""How does the practice company come into being, department by department?"""
