"""The playground's page as people see it, in a headless Chromium."""
