#include "app/config.h"

#include "app/config_checks.h"
#include "app/config_options.h"
#include "base/text.h"

#include <fmt/format.h>
#include <toml.hpp>

#include <algorithm>
#include <charconv>
#include <optional>
#include <sstream>
#include <variant>

namespace app {
namespace {

std::string_view kind_name(const Option& option) {
    constexpr std::string_view names[] = {"text", "number", "switch", "list", "table"};
    return names[option.place.index()];
}

const Option* find_option(std::string_view name) {
    const auto all = options();
    const auto found = std::ranges::find(all, name, &Option::name);
    return found == all.end() ? nullptr : &*found;
}

/// Collects faults, so that the administrator sees all of them at once.
class Reader : public ConfigDraft {
  public:
    // A value in text form, from the environment or a flag; lists are separated by commas.
    void set_text(const Option& option, const std::string& text, std::string_view where) {
        if (const auto* place = std::get_if<0>(&option.place)) *(*place)(config) = text;
        if (const auto* place = std::get_if<1>(&option.place)) {
            Number number = 0;
            const auto [end, failure] =
                std::from_chars(text.data(), text.data() + text.size(), number);
            if (failure != std::errc{} || end != text.data() + text.size()) {
                fault(where, fmt::format("{} wants a whole number, not \"{}\"", option.name, text));
                return;
            }
            set_number(option, *place, number, where);
        }
        if (const auto* place = std::get_if<2>(&option.place)) {
            if (text != "true" && text != "false") {
                fault(where, fmt::format("{} wants true or false, not \"{}\"", option.name, text));
                return;
            }
            *(*place)(config) = text == "true";
        }
        if (const auto* place = std::get_if<3>(&option.place)) *(*place)(config) = split(text);
        if (const auto* place = std::get_if<4>(&option.place)) {
            Table table;
            for (const auto& entry : split(text)) {
                const auto equals = entry.find('=');
                if (equals == std::string::npos) {
                    fault(where,
                          fmt::format("{} wants name=value pairs, not \"{}\"", option.name, entry));
                    return;
                }
                table[entry.substr(0, equals)] = entry.substr(equals + 1);
            }
            *(*place)(config) = table;
        }
    }

    void set_toml(const Option& option, const toml::value& value, std::string_view where) {
        try {
            if (const auto* place = std::get_if<0>(&option.place)) {
                *(*place)(config) = toml::get<std::string>(value);
            } else if (const auto* number = std::get_if<1>(&option.place)) {
                set_number(option, *number, toml::get<Number>(value), where);
            } else if (const auto* flag = std::get_if<2>(&option.place)) {
                *(*flag)(config) = toml::get<bool>(value);
            } else if (const auto* list = std::get_if<3>(&option.place)) {
                *(*list)(config) = toml::get<List>(value);
            } else if (const auto* table = std::get_if<4>(&option.place)) {
                *(*table)(config) = toml::get<Table>(value);
            }
        } catch (const std::exception&) {
            fault(where, fmt::format("{} wants a {}", option.name, kind_name(option)));
        }
    }

  private:
    void set_number(const Option& option,
                    Number* (*place)(Config&),
                    Number number,
                    std::string_view where) {
        if (number < option.least || number > option.most) {
            fault(where,
                  fmt::format("{} must lie between {} and {}, not {}",
                              option.name,
                              option.least,
                              option.most,
                              number));
            return;
        }
        *place(config) = number;
    }

    static List split(const std::string& text) {
        List parts;
        std::istringstream stream(text);
        for (std::string part; std::getline(stream, part, ',');) {
            if (!part.empty()) parts.push_back(part);
        }
        return parts;
    }
};

std::string place_of(const std::string& file, const toml::value& value) {
    return fmt::format("{}:{}", file, value.location().line());
}

void read_file(Reader& reader, const std::string& file) {
    toml::value root;
    try {
        root = toml::parse(file);
    } catch (const toml::syntax_error& error) {
        reader.fault(fmt::format("{}:{}", file, error.location().line()), "this is not TOML");
        return;
    } catch (const std::exception&) {
        reader.fault(file, "the file cannot be read");
        return;
    }
    for (const auto& [section, content] : root.as_table()) {
        if (!content.is_table()) {
            reader.fault(place_of(file, content),
                         fmt::format("\"{}\" stands outside of any [section]", section));
            continue;
        }
        for (const auto& [key, value] : content.as_table()) {
            const auto name = section + "." + key;
            const auto where = place_of(file, value);
            if (const Option* option = find_option(name))
                reader.set_toml(*option, value, where);
            else
                reader.fault(where, fmt::format("there is no option \"{}\"", name));
        }
    }
}

// STAFFROOM_SIGN_ON_CLIENT_ID is sign_on.client_id: the dot is an underscore, too.
const Option* find_option_of_variable(std::string_view variable) {
    const auto written = [](std::string_view name) {
        std::string text = "STAFFROOM_" + std::string(name);
        std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) {
            return c == '.' ? '_' : static_cast<char>(std::toupper(c));
        });
        return text;
    };
    const auto all = options();
    const auto found = std::ranges::find(
        all, variable, [&](const Option& option) { return written(option.name); });
    return found == all.end() ? nullptr : &*found;
}

/// What a variable that is none of ours may have meant: "server.colour".
std::string guess_name(std::string_view variable) {
    constexpr std::string_view prefix = "STAFFROOM_";
    auto name = ascii_lower(variable.substr(prefix.size()));
    std::size_t section = name.find('_');
    for (const Option& option : options()) {
        const auto length = option.name.find('.');
        const bool fits = name.size() > length && name[length] == '_' &&
                          name.compare(0, length, option.name.substr(0, length)) == 0;
        if (fits) section = length;
    }
    if (section != std::string::npos) name[section] = '.';
    return name;
}

} // namespace

std::vector<OptionInfo> option_list() {
    std::vector<OptionInfo> list;
    for (const Option& option : options()) {
        list.push_back(
            {std::string(option.name), std::string(kind_name(option)), std::string(option.help)});
    }
    return list;
}

std::variant<Config, ConfigFaults> read_config(const ConfigSources& sources) {
    Reader reader;
    if (!sources.file.empty()) read_file(reader, sources.file);
    for (const auto& [variable, text] : sources.environment) {
        if (variable == "DATABASE_URL") reader.config.database.url = text;
        // STAFFROOM_CONFIG names the file and is read with the flags.
        if (variable.rfind("STAFFROOM_", 0) != 0 || variable == "STAFFROOM_CONFIG") continue;
        if (const Option* option = find_option_of_variable(variable))
            reader.set_text(*option, text, variable);
        else
            reader.fault(variable, fmt::format("there is no option \"{}\"", guess_name(variable)));
    }
    for (const auto& setting : sources.settings) {
        const auto equals = setting.find('=');
        const auto name = setting.substr(0, equals);
        const Option* option = find_option(name);
        if (equals == std::string::npos)
            reader.fault("--set " + setting, "wants name=value");
        else if (option == nullptr)
            reader.fault("--set " + setting, fmt::format("there is no option \"{}\"", name));
        else
            reader.set_text(*option, setting.substr(equals + 1), "--set " + name);
    }
    if (reader.faults.empty()) check_config(reader);
    if (!reader.faults.empty()) return ConfigFaults{std::move(reader.faults)};
    return std::move(reader.config);
}

} // namespace app