"""What does each kind of consumer see of the business?"""
