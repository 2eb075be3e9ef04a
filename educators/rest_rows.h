#pragma once

#include "base/json.h"
#include "educators/package.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

/// What a OneRoster service sends, as the files that the same rules read. Internal to educators/.
namespace educators {

class RestRows {
  public:
    explicit RestRows(RosterVersion version);

    /// The columns that we read, for `fields` of a request.
    static std::string_view org_fields();
    static std::string_view user_fields(RosterVersion version);

    enum class Taken {
        Kept,
        Known, ///< Another answer had the very same row.
        Again, ///< An earlier page of this answer had it: pages shifted, so others are missing.
    };
    Taken add_org(const Json& org, std::size_t page);
    Taken add_user(const Json& user, std::size_t page);
    /// Between two answers in which the same people may stand.
    void begin_answer() { ++answer_; }

    /// Whether `user` is, as far as its roles tell, a student or family member, or nobody.
    bool is_other(const Json& user) const;
    std::size_t bytes() const;

    /// The files, and who stands in which row of them: as Findings::name_places_by takes it. Uses
    /// the rows up.
    PackageFiles take_files();
    std::function<void(Finding&)> places() const;

  private:
    struct Seen {
        std::size_t content = 0;
        std::size_t answer = 0;
        std::size_t page = 0;
    };
    /// A file that grows; with the sourcedIds of its rows.
    struct Row {
        std::string id{};
        bool may_store_id = false;
    };
    struct File {
        std::string bytes{};
        std::vector<Row> rows{};
    };
    using SeenRows = std::unordered_map<std::string, Seen>;
    Taken add(SeenRows& seen, const std::string& id, std::size_t content, std::size_t page) const;
    bool is_staff(const Json& user) const;
    void add_roles(const Json& user, const Row& whose);

    RosterVersion version_;
    std::shared_ptr<std::map<std::string, File>> files_; ///< Shared with what it hands out.
    SeenRows orgs_;
    SeenRows users_;
    std::size_t answer_ = 0;
};

} // namespace educators
