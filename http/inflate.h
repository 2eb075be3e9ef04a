#pragma once

#include "base/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace http {

/// Undoes gzip piece by piece, within bounds: at most `max_bytes` come out, and at most
/// `max_ratio` times what went in (ATTACKS C13; PROTOCOL section 19).
class Inflater {
  public:
    explicit Inflater(std::size_t max_bytes, std::size_t max_ratio = 20);
    ~Inflater();

    /// Appends to `out`. Errors: TooLarge; Unavailable (no gzip, anything after its end).
    Result<Done> add(std::string_view compressed, std::string& out);
    bool is_finished() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
