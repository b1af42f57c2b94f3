"""What may our own agents see of every account?"""
