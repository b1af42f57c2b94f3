"""What may a customer see of their own account?"""
