"""What do all practice platforms share? (ids, clock, keys, faults, call log, control face, ports)"""
