#pragma once

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Reads the properties of one JSON object that a stranger wrote.
///
/// The first wrong property is remembered and every later read returns an empty
/// value, so a reader fills a struct in one expression and checks once, in finish().
/// null counts as absent. "as:name" counts as "name", "@id" and "@type" as "id" and "type".
/// Never throws. Errors: Invalid, with the path: "object.inReplyTo: not a string".
class JsonReader {
  public:
    explicit JsonReader(const Json& object, std::string path = {});

    std::string text(std::string_view key);
    std::string text_or(std::string_view key, std::string fallback);
    /// Like text_or, but a value of another type counts as absent: for what is only shown.
    std::string lenient_text(std::string_view key);
    bool flag_or(std::string_view key, bool fallback);
    std::optional<std::int64_t> number(std::string_view key);

    /// The id of a linked object: ActivityStreams allows a URI or an object with "id"; of a list
    /// the first entry counts.
    std::string id(std::string_view key);
    /// The same, but absent is empty and no error.
    std::string id_or_empty(std::string_view key);
    /// The same for "to", "cc", "tag": absent, one, or an array.
    std::vector<std::string> ids(std::string_view key, std::size_t most = 1000);

    /// The value as it stands, or nullptr when absent or null.
    const Json* find(std::string_view key);
    /// One value or a list of them, as a list; entries are pointers into the document.
    std::vector<const Json*> list(std::string_view key, std::size_t most = 1000);

    template <typename T>
    Result<T> finish(T value) const {
        if (error_) return *error_;
        return value;
    }

  private:
    void fail(std::string_view key, std::string_view why);

    const Json& object_;
    std::string path_;
    std::optional<Error> error_;
};
