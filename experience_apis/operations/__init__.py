"""What do the people who keep it running see?"""
