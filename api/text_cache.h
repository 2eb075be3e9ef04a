#pragma once

#include "base/guarded.h"
#include "base/time.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace api {

/// Texts that were made from rows, each under the version of the rows it was made from: a change of
/// the rows, by whatever process, makes it unfindable. What a text is made from beside them (names
/// of those mentioned, tags) changes with them or hardly ever, and is read anew after `max_age`.
/// Bounded: two generations, of which the older one goes when the younger one is full. Safe from
/// any thread.
template <typename Key>
class TextCache {
  public:
    /// Shared, since a reader may still copy from a text that was just replaced.
    using Text = std::shared_ptr<const std::string>;

    explicit TextCache(std::size_t generation_size) : generation_size_(generation_size) {}

    /// Null: has to be made.
    Text find(Key key, std::int64_t version, Time now) {
        return state_.with([&](State& state) -> Text {
            if (const auto* entry = fresh(state.young, key, version, now)) return entry->text;
            const auto* entry = fresh(state.old, key, version, now);
            if (entry == nullptr) return nullptr;
            auto kept = *entry;
            insert(state, key, kept);
            return kept.text;
        });
    }

    Text put(Key key, std::int64_t version, Time now, std::string text) {
        auto shared = std::make_shared<const std::string>(std::move(text));
        state_.with([&](State& state) {
            insert(state, key, {.version = version, .made_at = now, .text = shared});
        });
        return shared;
    }

  private:
    static constexpr std::chrono::minutes max_age{5};

    struct Entry {
        std::int64_t version = 0;
        Time made_at{};
        Text text{};
    };
    using Generation = std::unordered_map<Key, Entry>;
    struct State {
        Generation young{};
        Generation old{};
    };

    static const Entry* fresh(const Generation& entries, Key key, std::int64_t version, Time now) {
        const auto found = entries.find(key);
        if (found == entries.end() || found->second.version != version) return nullptr;
        return now - found->second.made_at < max_age ? &found->second : nullptr;
    }

    void insert(State& state, Key key, Entry entry) {
        if (state.young.size() >= generation_size_) {
            state.old = std::move(state.young);
            state.young = {};
        }
        state.young[key] = std::move(entry);
    }

    std::size_t generation_size_;
    Guarded<State> state_{};
};

} // namespace api
