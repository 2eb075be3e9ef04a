#pragma once

namespace app {

/// Runs `staffroom …`. Returns the process's exit code: 0 done, 1 failed (with a message on
/// standard error that says what to do), 2 wrong usage. Never throws.
int run_command_line(int count, char** arguments);

} // namespace app
