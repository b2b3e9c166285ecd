# Takes the machine's link, and with the last machine the bridge and its rules, away. What is gone already is no error.
drop_network
