"""What guarantees a reservation: the house's rules, what a guest is asked, what is given back and what is kept."""
