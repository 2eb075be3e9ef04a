#include "moderation/student_words.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace moderation {
namespace {

using Words = std::unordered_set<std::string_view>;

bool has(const Words& words, std::string_view word) {
    return words.contains(word);
}

struct Phrase {
    std::string_view first;
    std::string_view second{}; ///< "": one word is enough.
};

constexpr std::array<Phrase, 13> records = {{{"iep"},
                                             {"ieps"},
                                             {"504"},
                                             {"bip"},
                                             {"sped"},
                                             {"detention"},
                                             {"custody"},
                                             {"report", "card"},
                                             {"report", "cards"},
                                             {"progress", "report"},
                                             {"behavior", "plan"},
                                             {"behaviour", "plan"},
                                             {"special", "education"}}};
constexpr std::array<Phrase, 10> lists = {{{"class", "list"},
                                           {"class", "lists"},
                                           {"class", "roster"},
                                           {"bus", "list"},
                                           {"bus", "lists"},
                                           {"bus", "roster"},
                                           {"seating", "chart"},
                                           {"attendance", "list"},
                                           {"attendance", "sheet"},
                                           {"student", "list"}}};

std::size_t length_at(std::span<const Phrase> phrases, std::span<const NameWord> words) {
    if (words.empty()) return 0;
    for (const auto& [first, second] : phrases) {
        if (words[0].text != first) continue;
        if (second.empty()) return 1;
        if (words.size() > 1 && words[1].text == second) return 2;
    }
    return 0;
}

} // namespace

bool is_no_name(std::string_view word) {
    static const Words words = {
        "a",       "about",    "after",  "again",    "all",      "also",      "am",      "and",
        "any",     "are",      "as",     "at",       "back",     "be",        "because", "been",
        "before",  "being",    "best",   "but",      "by",       "can",       "class",   "classes",
        "could",   "did",      "does",   "doing",    "each",     "every",     "for",     "from",
        "get",     "go",       "good",   "great",    "had",      "has",       "have",    "he",
        "her",     "here",     "him",    "his",      "homework", "how",       "if",      "into",
        "is",      "it",       "its",    "just",     "kids",     "know",      "lesson",  "like",
        "made",    "make",     "math",   "me",       "more",     "most",      "much",    "new",
        "not",     "now",      "of",     "off",      "on",       "one",       "or",      "other",
        "our",     "out",      "over",   "parent",   "parents",  "people",    "really",  "school",
        "science", "she",      "should", "some",     "student",  "students",  "than",    "thank",
        "thanks",  "that",     "the",    "their",    "them",     "then",      "there",   "these",
        "they",    "thing",    "things", "think",    "this",     "those",     "time",    "today",
        "teacher", "teachers", "to",     "tomorrow", "two",      "up",        "us",      "use",
        "very",    "was",      "we",     "week",     "were",     "what",      "when",    "where",
        "which",   "who",      "why",    "with",     "would",    "yesterday", "you",     "your"};
    return has(words, word);
}

bool is_also_word(std::string_view word) {
    static const Words words = {
        "abbey",   "amber",     "an",       "angel",   "april",    "archer",  "art",    "ash",
        "august",  "autumn",    "bailey",   "baker",   "banks",    "barber",  "bell",   "best",
        "bill",    "bishop",    "black",    "blue",    "bob",      "bond",    "brook",  "brooks",
        "brown",   "bush",      "butcher",  "butler",  "carter",   "case",    "cash",   "chance",
        "chase",   "christian", "church",   "clay",    "clark",    "coal",    "cook",   "cooper",
        "crystal", "daisy",     "dale",     "dawn",    "day",      "dean",    "dick",   "do",
        "drew",    "duke",      "earl",     "early",   "easter",   "english", "faith",  "fisher",
        "ford",    "forest",    "fox",      "frank",   "french",   "gardner", "gay",    "gene",
        "glass",   "gold",      "grace",    "grant",   "gray",     "green",   "guy",    "hall",
        "harmony", "harper",    "hazel",    "heath",   "hill",     "holly",   "hope",   "house",
        "hunt",    "hunter",    "in",       "iris",    "ivy",      "jack",    "jade",   "jay",
        "jasmine", "jordan",    "joy",      "june",    "justice",  "king",    "lake",   "lane",
        "lily",    "little",    "long",     "lord",    "love",     "major",   "mark",   "marsh",
        "mason",   "may",       "melody",   "miles",   "mill",     "miller",  "moon",   "my",
        "nick",    "no",        "noble",    "north",   "olive",    "page",    "park",   "parker",
        "parks",   "pat",       "patience", "pearl",   "penny",    "piper",   "pope",   "porter",
        "potter",  "price",     "prince",   "queen",   "ray",      "read",    "reed",   "reading",
        "rich",    "river",     "rob",      "robin",   "rock",     "rose",    "ruby",   "rusty",
        "sage",    "sandy",     "savannah", "scout",   "shepherd", "sky",     "skip",   "sky",
        "small",   "smart",     "so",       "sommer",  "sterling", "stone",   "storm",  "story",
        "street",  "strong",    "sue",      "summer",  "sunday",   "sunny",   "swan",   "sweet",
        "taylor",  "temple",    "tiger",    "trinity", "trip",     "tucker",  "turner", "victor",
        "violet",  "walker",    "wall",     "ward",    "waters",   "way",     "weaver", "west",
        "white",   "will",      "willow",   "win",     "winter",   "wise",    "wolf",   "wood",
        "woods",   "worth",     "young"};
    return has(words, word);
}

bool is_title(std::string_view word) {
    static const Words words = {
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "coach", "principal", "sir"};
    return has(words, word);
}

std::size_t record_words(std::span<const NameWord> words) {
    return length_at(records, words);
}

std::size_t list_words(std::span<const NameWord> words) {
    return length_at(lists, words);
}

bool is_word_for_students(std::string_view word) {
    static const Words words = {"student",
                                "students",
                                "kid",
                                "kids",
                                "kiddo",
                                "kiddos",
                                "pupil",
                                "pupils",
                                "child",
                                "children",
                                "scholars",
                                "learners",
                                "graders",
                                "kindergarteners",
                                "preschoolers"};
    return has(words, word);
}

} // namespace moderation
