"""The console for support agents over SSH, and the desk it talks to."""
