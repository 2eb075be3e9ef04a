#include "app/commands.h"
#include "base/time.h"
#include "db/account_keys.h"
#include "db/accounts.h"
#include "db/audit_chain.h"
#include "federation/checkpoint.h"
#include "federation/proof.h"
#include "federation/uris.h"
#include "moderation/audit_chain.h"
#include "outbox/checkpoint.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <cstdio>
#include <fstream>
#include <memory>

namespace app {
namespace {

namespace chain = db::audit_chain;

constexpr int lines_at_once = 1'000;

struct Wish {
    chain::Search search{};
    std::string since;
    std::string until;
    std::string file;
    std::string host;
    std::vector<std::string> checkpoints;
};

std::optional<Time> parse_date(const std::string& text, std::string_view option) {
    if (text.empty()) return std::nullopt;
    const auto at = parse_iso8601(text);
    if (!at) throw CommandFailed(fmt::format("{} wants a date such as 2026-11-22", option));
    return at;
}

/// Whatever was written up to now.
void chain_rest(db::Pool& pool) {
    for (std::size_t chained = 1; chained > 0;) {
        db::Tx tx(pool);
        chained = moderation::chain_audit_log(tx);
        tx.commit();
    }
}

bool is_ours(db::Tx& tx, const Instance& instance, const Json& document) {
    const auto proof = federation::parse_proof(document);
    const auto actor = db::accounts::find_by_uri(tx, federation::server_actor_uri(instance));
    if (!proof || !actor) return false;
    for (const auto& row : db::account_keys::list(tx, actor->id)) {
        const auto key = crypto::PublicKey::from_pem(row.public_pem);
        if (key && row.algorithm == "ed25519" &&
            federation::verify_proof(*proof, actor->uri, proof->verification_method, *key))
            return true;
    }
    return false;
}

moderation::Remembered read_checkpoint(db::Tx& tx,
                                       const Instance& instance,
                                       const std::string& name) {
    std::ifstream file(name);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto document = parse_json(text);
    const auto checkpoint = document ? federation::parse_checkpoint(*document)
                                     : Result<federation::AuditCheckpoint>(document.error());
    if (!checkpoint) throw CommandFailed(fmt::format("{}: {}", name, checkpoint.error().detail));
    if (checkpoint->actor != federation::server_actor_uri(instance))
        throw CommandFailed(
            fmt::format("{} is a checkpoint of {}, not of this server", name, checkpoint->actor));
    if (!is_ours(tx, instance, *document))
        throw CommandFailed(fmt::format("{} is not signed by a key of this server", name));
    return {.line = checkpoint->line, .hash = checkpoint->hash, .from = name};
}

void verify(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    std::vector<moderation::Remembered> remembered;
    {
        db::Tx tx(*context.pool);
        for (const auto& file : wish.checkpoints)
            remembered.push_back(read_checkpoint(tx, context.instance, file));
    }
    const auto report = moderation::verify_audit_log(*context.pool, remembered, system_now());
    std::string wrong;
    for (const auto& fault : report.faults)
        wrong += fmt::format("  {}\n", fault.what);
    if (!wrong.empty()) {
        throw CommandFailed(
            "the audit log is not what was written:\n" + wrong +
            "Keep a copy of the database as it is now, and "
            "ask the districts that keep your checkpoints for them (audit checkpoints names "
            "them).");
    }
    if (report.unchained > 0)
        fmt::print("{} lines wait for their number: a running server gives it within seconds.\n",
                   report.unchained);
    fmt::print("{} lines, each as it was written; {} checkpoints agree.\nLast hash: {}\n",
               report.lines,
               report.compared,
               report.last_hash);
}

void list(const Start& start, Wish& wish) {
    wish.search.since = parse_date(wish.since, "--since");
    wish.search.until = parse_date(wish.until, "--until");
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    for (const auto& line : chain::search(tx, wish.search)) {
        fmt::print("{:>8}  {}  {}  {}  {}{}{}{}\n",
                   line.number == 0 ? "-" : std::to_string(line.number),
                   line.at,
                   line.actor,
                   line.act,
                   line.subject,
                   line.verdict.empty() ? "" : fmt::format("  {} ({})", line.verdict, line.filter),
                   line.reason.empty() ? "" : "  " + line.reason,
                   line.details == "{}" ? "" : "  " + line.details);
    }
}

void write_lines(db::Pool& pool, const std::string& name) {
    std::ofstream file(name, std::ios::binary);
    std::int64_t last = 0;
    for (std::size_t count = lines_at_once; count == lines_at_once;) {
        db::Tx tx(pool);
        const auto lines = chain::list_after(tx, last, lines_at_once);
        count = lines.size();
        for (const auto& line : lines) {
            last = line.number;
            file << moderation::export_line(line) << '\n';
        }
    }
    file.close();
    if (!file) throw CommandFailed(fmt::format("{} cannot be written", name));
    fmt::print("{} lines are in {}.\n", last, name);
}

void export_all(const Start& start, const Wish& wish) {
    const auto context = open_context(start);
    chain_rest(*context.pool);
    write_lines(*context.pool, wish.file);
}

void show_checkpoints(const Start& start, const Wish& wish) {
    constexpr int shown = 30;
    const auto context = open_context(start);
    db::Tx tx(*context.pool);
    if (!wish.host.empty()) {
        for (const auto& kept : chain::list_kept(tx, wish.host, shown))
            fmt::print("{}\n", kept.document);
        return;
    }
    for (const auto& own : chain::list_own(tx, shown)) {
        std::string hosts;
        for (const auto& host : own.sent_to)
            hosts += (hosts.empty() ? "" : ", ") + host;
        fmt::print("{}  line {}  {}  sent to: {}\n",
                   format_iso8601(own.at),
                   own.number,
                   own.hash,
                   hosts.empty() ? "nobody, no member's server actor is known" : hosts);
    }
}

void make_checkpoint(const Start& start) {
    const auto context = open_context(start);
    chain_rest(*context.pool);
    db::Tx tx(*context.pool);
    const auto made = outbox::publish_checkpoint(tx, context.instance, system_now());
    tx.commit();
    if (!made) throw CommandFailed("nothing was written since the last checkpoint");
    fmt::print("Line {} is signed; {} servers get it to keep.\n{}\n",
               made->number,
               made->sent_to.size(),
               made->document);
}

} // namespace

void add_audit(CLI::App& line, const Start& start) {
    auto* audit = line.add_subcommand("audit", "the record of every act and every undoing")
                      ->require_subcommand(1);
    auto wish = std::make_shared<Wish>();

    auto* verified = audit->add_subcommand(
        "verify", "finds lines that were changed, removed, put in or put elsewhere");
    verified->add_option(
        "--checkpoint", wish->checkpoints, "a file with a checkpoint that another server kept");
    verified->callback([&start, wish] { verify(start, *wish); });

    auto* listed = audit->add_subcommand("list", "newest first");
    listed->add_option("--actor", wish->search.actor, "who did it");
    listed->add_option("--act", wish->search.act, "what, such as peer.add, or peer.*");
    listed->add_option("--subject", wish->search.subject, "to whom or what: a uri or a host");
    listed->add_option("--since", wish->since, "a date");
    listed->add_option("--until", wish->until, "a date");
    listed->add_option("--limit", wish->search.limit, "how many")->check(CLI::Range(1, 10'000));
    listed->callback([&start, wish] { list(start, *wish); });

    auto* exported =
        audit->add_subcommand("export", "all lines with their hashes, one JSON object a line");
    exported->add_option("file", wish->file)->required();
    exported->callback([&start, wish] { export_all(start, *wish); });

    auto* shown = audit->add_subcommand("checkpoints", "ours, and who keeps them");
    shown->add_option("--of", wish->host, "those that we keep for this host, as documents");
    shown->callback([&start, wish] { show_checkpoints(start, *wish); });

    audit->add_subcommand("checkpoint", "sign where the log stands and send it, now")
        ->callback([&start] { make_checkpoint(start); });
}

} // namespace app
