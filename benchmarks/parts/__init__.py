"""What `make bench` prints, one module for each part."""
