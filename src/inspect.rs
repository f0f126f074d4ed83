//! Shows private things to the person at the keyboard. Only the command line turns it on.
