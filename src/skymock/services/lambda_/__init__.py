"""AWS Lambda: functions whose Python handlers really run, in this process."""
