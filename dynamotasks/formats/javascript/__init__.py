"""Read what a JavaScript module exports, such as a config of jest-dynamodb; Node.js runs the module."""
