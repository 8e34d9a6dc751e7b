"""The ground on which everything runs: settings from the environment, embedded servers, and the process manager."""
