#include "educators/csv.h"

namespace educators {

bool CsvReader::stop(CsvFault fault) {
    fault_ = fault;
    fields_.clear();
    return false;
}

bool CsvReader::is_at_line_end() const {
    return at_ >= bytes_.size() || bytes_[at_] == '\n' || bytes_.substr(at_, 2) == "\r\n";
}

bool CsvReader::read_quoted() {
    const auto begin = ++at_;
    std::string* unescaped = nullptr;
    auto copied = begin;
    for (; at_ < bytes_.size(); ++at_) {
        const char c = bytes_[at_];
        if (c == '\n' || c == '\r') return stop(CsvFault::LineBreakInField);
        if (c == '\0') return stop(CsvFault::NulByte);
        if (c != '"') continue;
        if (bytes_.substr(at_ + 1, 1) != "\"") break;
        if (unescaped == nullptr) unescaped = &unescaped_.emplace_back();
        unescaped->append(bytes_.substr(copied, at_ + 1 - copied));
        copied = ++at_ + 1;
    }
    if (at_ >= bytes_.size()) return stop(CsvFault::UnclosedQuote);
    if (unescaped != nullptr) unescaped->append(bytes_.substr(copied, at_ - copied));
    fields_.push_back(unescaped != nullptr ? std::string_view(*unescaped)
                                           : bytes_.substr(begin, at_ - begin));
    ++at_;
    if (!is_at_line_end() && bytes_[at_] != ',') return stop(CsvFault::StrayQuote);
    return true;
}

bool CsvReader::read_field() {
    if (at_ < bytes_.size() && bytes_[at_] == '"') return read_quoted();
    const auto begin = at_;
    for (; !is_at_line_end() && bytes_[at_] != ','; ++at_) {
        if (bytes_[at_] == '"') return stop(CsvFault::StrayQuote);
        if (bytes_[at_] == '\r') return stop(CsvFault::LineBreakInField);
        if (bytes_[at_] == '\0') return stop(CsvFault::NulByte);
    }
    fields_.push_back(bytes_.substr(begin, at_ - begin));
    return true;
}

bool CsvReader::next() {
    do {
        if (fault_ || at_ >= bytes_.size()) return false;
        fields_.clear();
        unescaped_.clear();
        line_ = next_line_++;
        if (!read_field()) return false;
        while (!is_at_line_end()) {
            ++at_; // The comma.
            if (!read_field()) return false;
        }
        if (at_ < bytes_.size()) at_ += bytes_[at_] == '\r' ? 2 : 1;
    } while (fields_.size() == 1 && fields_.front().empty());
    return true;
}

std::string csv_line(std::span<const std::string> cells) {
    std::string line;
    for (const auto& cell : cells) {
        if (!line.empty()) line += ',';
        line += '"';
        if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string::npos)
            line += '\'';
        for (const char c : cell) {
            if (c == '"') line += '"';
            line += c;
        }
        line += '"';
    }
    return line + "\r\n";
}

} // namespace educators
