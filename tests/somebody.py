"""Somebody with an interview, for tests that need a filled-in checklist."""

import datetime

TODAY = datetime.date(2026, 11, 23)

SETTINGS = """\
[person]
name = "Łukasz Ağaoğlu"
role = "Pharmacy Technician"
employer = "Riverside Community Pharmacy"
place = "410 Main Street, side entrance"
date = "12/3/2026"
time = "9:30 a.m."
interviewer = "Dr. Anne-Marie O’Brien"
interviewer_email = "am.obrien@riverside.example"

[[person.certification]]
name = "CPhT"
number = "500-123-456"
expires = "2028-05-31"

[[person.certification]]
name = "Sterile compounding (CSPT)"
number = "00077"
"""

# What the sheet is to show, by blank; CPhT has a line of its own in the bank, the other has not.
VALUES = {
    "name": "Łukasz Ağaoğlu",
    "role": "Pharmacy Technician",
    "employer": "Riverside Community Pharmacy",
    "place": "410 Main Street, side entrance",
    "date": "Thursday, December 3, 2026",
    "time": "9:30 a.m.",
    "interviewer": "Dr. Anne-Marie O’Brien",
    "interviewer-email": "am.obrien@riverside.example",
    "certificate-1-number": "500-123-456",
    "certificate-1-expires": "May 31, 2028",
    "certificate-5": "Sterile compounding (CSPT)",
    "certificate-5-number": "00077",
}
