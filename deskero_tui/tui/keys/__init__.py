"""Keys: keymap, names, presets, keyboard layouts, the queue of pressed keys."""
