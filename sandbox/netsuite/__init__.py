"""Where does the practice NetSuite begin? (`NetSuite` is the one name others use)"""

from sandbox.netsuite.platform import NetSuite

__all__ = ["NetSuite"]
