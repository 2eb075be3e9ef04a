#include "db/listener.h"

#include "db/leases.h"

#include <pqxx/pqxx>
#include <spdlog/spdlog.h>

#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace db {
namespace {

class Receiver : public pqxx::notification_receiver {
  public:
    Receiver(pqxx::connection_base& connection,
             const std::string& channel,
             const Listener::Heard& heard)
        : pqxx::notification_receiver(connection, channel), heard_(heard) {}
    void operator()(const std::string& payload, int) override { heard_(payload); }

  private:
    const Listener::Heard& heard_;
};

} // namespace

void Listener::run(const std::stop_token& stop) {
    bool complained = false;
    while (!stop.stop_requested()) {
        try {
            listen(stop);
            complained = false;
        } catch (const std::exception& error) {
            // Its own connection's failure, or that of whoever heard: all look again when it is
            // back.
            if (!complained) spdlog::warn("db: listener lost its connection: {}", error.what());
            complained = true;
            for (int i = 0; i < 5 && !stop.stop_requested(); ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
    }
}

void Listener::listen(const std::stop_token& stop) {
    pqxx::connection connection(url_);
    {
        pqxx::nontransaction work(connection);
        work.exec(leases::hold_as_server);
    }
    std::vector<std::unique_ptr<Receiver>> receivers;
    for (const auto& [channel, heard] : channels_)
        receivers.push_back(std::make_unique<Receiver>(connection, channel, heard));
    // Whoever was notified while nobody listened looks again now.
    for (const auto& channel : channels_)
        channel.second("");
    // The wait is short, so that a stop is noticed soon.
    while (!stop.stop_requested())
        connection.await_notification(0, 250'000);
}

} // namespace db
