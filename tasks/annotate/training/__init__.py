"""What makes the shipped models: examples, features, fitting, calibration."""
