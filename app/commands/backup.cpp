#include "app/commands.h"
#include "app/process.h"
#include "base/json.h"
#include "base/time.h"
#include "db/maintenance.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace app {
namespace {

namespace fs = std::filesystem;

/// A folder beside the data that is removed again, whatever happens.
class WorkFolder {
  public:
    explicit WorkFolder(const std::string& data_dir)
        : path_(fs::path(data_dir) / fmt::format("backup.{}", ::getpid())) {
        fs::create_directories(path_);
        fs::permissions(path_, fs::perms::owner_all); // Private keys will be in here.
    }
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

void run(const std::vector<std::string>& arguments, const std::string& what) {
    const auto ended = run_command({.arguments = arguments});
    if (ended.code != 0) throw CommandFailed(fmt::format("{} failed: {}", what, ended.errors));
}

fs::path media_dir(const Instance& instance) {
    return fs::path(instance.data_dir) / "media";
}

void backup(const Start& start, const std::string& file) {
    const auto context = open_context(start, Migrate::No);
    const WorkFolder folder(context.instance.data_dir);
    fmt::print("reading the database …\n");
    run({postgres_programs() + "/pg_dump",
         "--format=custom",
         "--no-owner",
         "--file",
         folder.path() / "database.dump",
         "--dbname",
         context.pool->options().url},
        "pg_dump");
    std::ofstream(folder.path() / "manifest.json")
        << Json{{"origin", context.instance.origin},
                {"handle_host", context.instance.handle_host},
                {"version", context.instance.version},
                {"made_at", format_iso8601(system_now())}}
               .dump(2)
        << "\n";
    std::vector<std::string> tar{
        "tar", "-cf", file + ".part", "-C", folder.path(), "manifest.json", "database.dump"};
    if (fs::exists(media_dir(context.instance))) {
        tar.insert(tar.end(), {"-C", context.instance.data_dir, "media"});
    }
    // The name appears when the file is whole, and nobody else may read it.
    std::ofstream(file + ".part").close();
    fs::permissions(file + ".part", fs::perms::owner_read | fs::perms::owner_write);
    run(tar, "tar");
    fs::rename(file + ".part", file);
    fmt::print(
        "{} holds the database, the keys and the media ({} bytes). It opens everything: keep it "
        "as safe as the server.\n",
        file,
        fs::file_size(file));
}

Json read_manifest(const fs::path& folder) {
    std::ifstream file(folder / "manifest.json");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    const auto manifest = parse_json(text);
    if (!manifest || !manifest->is_object() || !manifest->contains("origin")) {
        throw CommandFailed("this is no backup of Staffroom: it has no manifest");
    }
    return *manifest;
}

void restore(const Start& start, const std::string& file, bool replace) {
    const auto context = open_context(start, Migrate::No);
    const WorkFolder folder(context.instance.data_dir);
    run({"tar",
         "-xf",
         fs::absolute(file),
         "-C",
         folder.path(),
         "--no-same-owner",
         "manifest.json",
         "database.dump"},
        "reading " + file);
    const auto manifest = read_manifest(folder.path());
    const auto origin = manifest.value("origin", "");
    if (origin != context.instance.origin) {
        throw CommandFailed(
            fmt::format("the backup is of {}, but server.origin is {}; set it to {} and try again",
                        origin,
                        context.instance.origin,
                        origin));
    }
    if (db::maintenance::other_connections(*context.pool) > 0) {
        throw CommandFailed("somebody uses the database: stop the server first");
    }
    if (db::maintenance::holds_accounts(*context.pool)) {
        if (!replace) {
            throw CommandFailed("there are accounts here already; --replace throws them away for "
                                "those of the backup");
        }
    }
    db::maintenance::drop_everything(*context.pool);
    fmt::print("writing the database …\n");
    run({postgres_programs() + "/pg_restore",
         "--no-owner",
         "--exit-on-error",
         "--single-transaction",
         "--dbname",
         context.pool->options().url,
         folder.path() / "database.dump"},
        "pg_restore");
    run({"tar",
         "-xf",
         fs::absolute(file),
         "-C",
         context.instance.data_dir,
         "--no-same-owner",
         "--wildcards",
         "--exclude=manifest.json",
         "--exclude=database.dump"},
        "writing the media");
    fmt::print("restored {} as of {}.\n", origin, manifest.value("made_at", "?"));
}

} // namespace

void add_backup(CLI::App& line, const Start& start) {
    auto file = std::make_shared<std::string>();
    auto replace = std::make_shared<bool>(false);
    auto* made =
        line.add_subcommand("backup", "database, keys and media into one file; the server may run");
    made->add_option("file", *file, "a tar file, made anew")->required();
    made->callback([&start, file] { backup(start, *file); });
    auto* restored =
        line.add_subcommand("restore", "the data of a backup; the server must not run");
    restored->add_option("file", *file)->required()->check(CLI::ExistingFile);
    restored->add_flag("--replace", *replace, "throw away what is here");
    restored->callback([&start, file, replace] { restore(start, *file, *replace); });
}

} // namespace app
