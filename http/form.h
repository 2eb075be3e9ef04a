#pragma once

#include "base/json.h"
#include "base/result.h"
#include "http/spooled_body.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace http {

/// A file of a multipart body. Its name on the sender's disk is thrown away (ATTACKS E12).
struct UploadedFile {
    std::string field{};
    std::string media_type{};               ///< As the sender calls it: proves nothing.
    std::string bytes{};                    ///< Of a body in memory.
    std::shared_ptr<SpooledBody> spooled{}; ///< Else: the body that `part` lies in.
    std::string_view part{};

    std::uint64_t size() const;
    /// Writes it to a file. False when that fails.
    bool save(int target) const;
};

/// What a client sent, whatever its encoding: query string, urlencoded with brackets
/// (`poll[options][]`, `fields_attributes[0][name]`), multipart or JSON, as one tree of JSON.
/// Values of forms are strings; null is absent. Readers convert, so that `"true"`, `true` and `1`
/// are one.
class Form {
  public:
    Form() = default;
    explicit Form(Json tree, std::vector<UploadedFile> files = {});

    bool has(std::string_view key) const;
    std::string text(std::string_view key) const; ///< "" when absent or no scalar.
    std::optional<std::string> maybe_text(std::string_view key) const;
    std::optional<bool> flag(
        std::string_view key) const; ///< true, 1, on, yes (any case) and their opposites.
    bool flag_or(std::string_view key, bool fallback) const;
    std::optional<std::int64_t> number(std::string_view key) const;
    /// `id[]=1&id[]=2`, `id=1`, `{"id": [1, 2]}`.
    std::vector<std::string> list(std::string_view key) const;
    /// A nested object as a form of its own: `poll[options][]`.
    Form child(std::string_view key) const;
    std::vector<Form> children(std::string_view key) const;
    const UploadedFile* file(std::string_view key) const;

    const Json& tree() const { return tree_; }

  private:
    Json tree_ = Json::object();
    std::vector<UploadedFile> files_;
};

struct FormLimits {
    std::size_t max_parts = 64;
    std::size_t max_depth = 6;
    std::size_t max_fields = 2'000;
    std::size_t max_text_bytes = 1024UL * 1024; ///< Of one field of a multipart body.
};

/// `content_type` decides how `body` is read; the query is merged under it (the body wins).
/// Errors: Invalid, TooLarge, WrongType (a body of another type).
Result<Form> parse_form(std::string_view query,
                        std::string_view content_type,
                        std::string_view body,
                        const FormLimits& limits = {});
/// The same of a body on disk, which is multipart: others of that length are TooLarge.
Result<Form> parse_form(std::string_view query,
                        std::string_view content_type,
                        const std::shared_ptr<SpooledBody>& body,
                        const FormLimits& limits = {});

} // namespace http
