#include "app/serve.h"

#include "app/commands.h"
#include "base/log.h"

#include <CLI/CLI.hpp>
#include <spdlog/spdlog.h>

#include <csignal>
#include <thread>

namespace app {
namespace {

/// Waits for SIGTERM or SIGINT on a thread of its own. The signals are blocked before any other
/// thread is made, so that no other one is interrupted by them.
class StopBySignal {
  public:
    StopBySignal() {
        sigemptyset(&signals_);
        sigaddset(&signals_, SIGTERM);
        sigaddset(&signals_, SIGINT);
        sigaddset(&signals_, SIGUSR1); // Ours, to end the wait.
        pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
        std::signal(SIGPIPE, SIG_IGN); // A peer that hangs up is an error code.
        thread_ = std::jthread([this] {
            int signal = 0;
            sigwait(&signals_, &signal);
            stop_.request_stop();
        });
    }
    ~StopBySignal() { pthread_kill(thread_.native_handle(), SIGUSR1); }
    StopBySignal(const StopBySignal&) = delete;
    StopBySignal& operator=(const StopBySignal&) = delete;

    std::stop_token token() const { return stop_.get_token(); }

  private:
    sigset_t signals_{};
    std::stop_source stop_;
    std::jthread thread_;
};

} // namespace

void add_serve(CLI::App& line, const Start& start) {
    line.add_subcommand("serve", "run the instance until SIGTERM or Ctrl-C")->callback([&start] {
        const StopBySignal stop;
        set_up_log(load_config(start).log.level);
        auto context = open_context(start);
        serve(context, stop.token());
        spdlog::info("app: stopped");
    });
}

} // namespace app
