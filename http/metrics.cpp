#include "http/metrics.h"

#include "base/guarded.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <utility>

namespace http {

void Counter::add(double by) const {
    counter_->Increment(by);
}
void Gauge::set(double value) const {
    gauge_->Set(value);
}
void Gauge::add(double by) const {
    gauge_->Increment(by);
}
void Histogram::observe(double value) const {
    histogram_->Observe(value);
}

struct Metrics::Impl {
    struct Watched {
        Gauge gauge;
        std::function<double()> read;
    };
    prometheus::Registry registry;
    Guarded<std::vector<Watched>> watched{};
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(impl_->registry);
    return Counter(family.Add(labels));
}

Gauge Metrics::gauge(const std::string& name, const std::string& help, const Labels& labels) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(impl_->registry);
    return Gauge(family.Add(labels));
}

Histogram Metrics::histogram(const std::string& name,
                             const std::string& help,
                             const std::vector<double>& bounds,
                             const Labels& labels) {
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(impl_->registry);
    return Histogram(family.Add(labels, bounds));
}

void Metrics::watch(const std::string& name,
                    const std::string& help,
                    std::function<double()> read) {
    const auto made = gauge(name, help);
    impl_->watched.with([&](auto& all) { all.push_back({made, std::move(read)}); });
}

std::string Metrics::render() const {
    // Copied, so that no lock is held while they are asked.
    const auto watched = impl_->watched.with([](auto& all) { return all; });
    for (const auto& one : watched)
        one.gauge.set(one.read());
    return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

} // namespace http
