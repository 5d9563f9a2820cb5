"""What can be learnt from results beyond the indicators: weak tasks, groups of like schools, warnings for next year.

Pure: no Django here, numbers are handed in. Inexact arithmetic is used, for these are estimates and not indicators;
every answer says of how much data it was made, and none is given where there are too few.
"""
