#include "outbox/recall.h"

#include "app/commands.h"
#include "base/time.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>

namespace app {
namespace {

constexpr int most = 100;

void list(const Start& start) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto recalls = db::recalls::list(tx, most);
    if (recalls.empty()) fmt::print("Nothing was recalled.\n");
    for (const auto& recall : recalls) {
        fmt::print("{}  {}  by {}: {}\n",
                   format_iso8601(recall.recalled_at),
                   recall.object_uri,
                   recall.recalled_by,
                   recall.reason);
        for (const auto& host : db::recalls::list_hosts(tx, recall.id))
            fmt::print("    {}  {}\n", host.host, outbox::recall_state(host));
    }
}

void recall(const Start& start, const std::string& url, const std::string& reason) {
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    const auto recalled =
        outbox::recall(tx, context.instance, url, "command line", reason, system_now());
    if (!recalled) throw CommandFailed(recalled.error().shown);
    const auto hosts = db::recalls::list_hosts(tx, *recalled).size();
    tx.commit();
    fmt::print("Withdrawn. {} servers had it; `staffroom recall --list` shows who confirms.\n",
               hosts);
}

struct Options {
    std::string url{};
    std::string reason{};
    bool is_list = false;
};

} // namespace

void add_recall(CLI::App& line, const Start& start) {
    auto options = std::make_shared<Options>();
    auto* command = line.add_subcommand("recall", "withdraw a post of ours everywhere");
    command->add_option("url", options->url, "the post's address");
    command->add_option("--reason", options->reason, "its author is told");
    command->add_flag("--list", options->is_list, "what was recalled, and who confirmed it");
    command->callback([&start, options] {
        if (options->is_list) return list(start);
        if (options->url.empty() || options->reason.empty())
            throw CommandFailed("give the post's address and --reason, or --list");
        recall(start, options->url, options->reason);
    });
}

} // namespace app
