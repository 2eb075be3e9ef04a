// Carries the precompiled header of tools/precompiled.h; has no code.
