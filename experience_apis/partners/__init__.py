"""What does a partner's program see of the customers it brought or serves?"""
