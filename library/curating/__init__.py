"""What curators do with many items at once: sheets in and out, and work that goes on in steps."""
