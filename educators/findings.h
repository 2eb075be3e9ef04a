#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// What an import has to tell about the files it read.
namespace educators {

enum class Severity {
    Note,    ///< Nothing to do.
    Warning, ///< The row was used; the export should be mended.
    Error,   ///< The row changes nothing.
    Refusal, ///< The whole package is refused.
};

/// One kind of finding: a row of the table in findings.cpp.
struct FindingKind {
    std::string_view code;
    Severity severity;
    std::string_view what;
    std::string_view remedy;
};

/// Something about one cell, row or file.
struct Finding {
    std::string code{};        ///< Of a FindingKind.
    std::string file{};        ///< "users.csv"; of a service "users".
    int line = 0;              ///< From 1; 0: the whole file.
    std::string column{};      ///< The header's name; empty: the whole row.
    std::string value{};       ///< What stood there. Shown to whoever imports, never stored.
    std::string id{};          ///< Whose row it is, where lines tell nobody.
    bool may_store_id = false; ///< It is an org's, or of somebody with a role of staff.
};

/// The kind of a code. Throws std::logic_error for an unknown one.
const FindingKind& kind_of(std::string_view code);
std::string_view to_string(Severity severity); ///< "note", "warning", "error", "refusal".
/// "users.csv, line 12, column role: …", "users, u22, column role: …": for a person who will mend
/// it.
std::string describe(const Finding& finding);

/// All findings of one import; of each kind the first hundred with their places.
class Findings {
  public:
    void add(Finding finding);
    /// What is added from now on gets its place from `name`: for rows that came in no file.
    void name_places_by(std::function<void(Finding&)> name) { name_place_ = std::move(name); }
    const std::vector<Finding>& list() const { return list_; }
    const std::map<std::string, std::size_t>& counts() const { return counts_; } ///< By code.
    /// The one that refuses the package, or nullptr.
    const Finding* refusal() const;
    std::size_t count(Severity severity) const;

  private:
    std::vector<Finding> list_;
    std::map<std::string, std::size_t> counts_;
    std::function<void(Finding&)> name_place_;
};

} // namespace educators
