"""What do the people who keep it running see in its first version?"""
