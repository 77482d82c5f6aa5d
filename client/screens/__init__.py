"""The client as a program that fills the terminal."""
