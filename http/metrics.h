#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
} // namespace prometheus

namespace http {

/// A number that only grows. Cheap to copy; safe from any thread; outlived by its Metrics.
class Counter {
  public:
    explicit Counter(prometheus::Counter& counter) : counter_(&counter) {}
    void add(double by = 1) const;

  private:
    prometheus::Counter* counter_;
};

/// A number that goes up and down.
class Gauge {
  public:
    explicit Gauge(prometheus::Gauge& gauge) : gauge_(&gauge) {}
    void set(double value) const;
    void add(double by) const;

  private:
    prometheus::Gauge* gauge_;
};

/// How often values fell below each of some bounds.
class Histogram {
  public:
    explicit Histogram(prometheus::Histogram& histogram) : histogram_(&histogram) {}
    void observe(double value) const;

  private:
    prometheus::Histogram* histogram_;
};

/// Everything that is measured, under Prometheus' names: "staffroom_deliveries_total",
/// "staffroom_request_seconds". Labels have few values: never a host, an account or a path.
/// Asking twice for one name and labels gives the same number.
class Metrics {
  public:
    using Labels = std::map<std::string, std::string>;

    Metrics();
    ~Metrics();

    Counter counter(const std::string& name, const std::string& help, const Labels& labels = {});
    Gauge gauge(const std::string& name, const std::string& help, const Labels& labels = {});
    Histogram histogram(const std::string& name,
                        const std::string& help,
                        const std::vector<double>& bounds,
                        const Labels& labels = {});
    /// A gauge that is asked when somebody looks: queue lengths, memory. `read` must not throw.
    void watch(const std::string& name, const std::string& help, std::function<double()> read);

    /// The text format of Prometheus, version 0.0.4.
    std::string render() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace http
