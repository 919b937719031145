"""The typing grid: a team's form of one month, typed, checked, sent, taken back."""
