using System.Globalization;
using System.Text;
using Label = System.Collections.Generic.KeyValuePair<string, object?>;

namespace InferenceServices.ModelServer.Telemetry.Prometheus;

/// <summary>Metrics as text, in Prometheus' own format or in OpenMetrics.</summary>
/// <param name="isOpenMetrics">Which of the two.</param>
/// <remarks>Prometheus text format 0.0.4; OpenMetrics 1.0.0.</remarks>
internal sealed class PrometheusText(bool isOpenMetrics)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>All families, and the end that OpenMetrics wants.</summary>
    public static string Write(IEnumerable<MetricFamily> families, bool isOpenMetrics)
    {
        var text = new PrometheusText(isOpenMetrics);
        foreach (var family in families) text.Write(family);
        if (isOpenMetrics) text._text.Append("# EOF\n");
        return text._text.ToString();
    }

    // Instruments without a measurement are listed too.
    private void Write(MetricFamily family)
    {
        var series = family.Series.OrderBy(one => string.Join('\0', one.Key.Select(label => label.Value)), StringComparer.Ordinal).ToArray();
        var total = family.Kind == MetricKind.Counter ? "_total" : "";
        // The one calls a counter by its samples' name, the other without the suffix.
        var name = isOpenMetrics ? family.Name : family.Name + total;
        WriteLine($"# TYPE {name} {family.Kind.ToString().ToLowerInvariant()}");
        if (isOpenMetrics && family.Unit is not null) WriteLine($"# UNIT {name} {family.Unit}");
        WriteLine($"# HELP {name} {Escape(family.Help)}");
        foreach (var (labels, values) in series)
        {
            if (family.Kind == MetricKind.Histogram) WriteHistogram(family, labels, values);
            else WriteSample(family.Name + total, labels, values.Read([]));
        }
    }

    private void WriteHistogram(MetricFamily family, Label[] labels, Series values)
    {
        Span<long> buckets = stackalloc long[family.Limits.Length + 1];
        var sum = values.Read(buckets);
        var count = 0L;
        for (var i = 0; i < buckets.Length; i++)
        {
            count += buckets[i];
            var limit = i < family.Limits.Length ? NumberOf(family.Limits[i], isFraction: isOpenMetrics) : "+Inf";
            WriteSample(family.Name + "_bucket", [.. labels, new Label("le", limit)], count);
        }
        WriteSample(family.Name + "_count", labels, count);
        WriteSample(family.Name + "_sum", labels, sum);
    }

    private void WriteSample(string name, Label[] labels, double value)
    {
        _text.Append(name);
        for (var i = 0; i < labels.Length; i++)
        {
            var text = Convert.ToString(labels[i].Value, CultureInfo.InvariantCulture) ?? "";
            _text.Append(i == 0 ? '{' : ',').Append(labels[i].Key.Replace('.', '_')).Append("=\"").Append(Escape(text).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }
        if (labels.Length > 0) _text.Append('}');
        WriteLine($" {NumberOf(value, isFraction: false)}");
    }

    private void WriteLine(string line) => _text.Append(line).Append('\n');

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // As Go writes them, whose text is what a limit is known by; OpenMetrics wants a fraction even where there is none.
    private static string NumberOf(double value, bool isFraction)
    {
        if (!double.IsFinite(value)) return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        var text = value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e');
        return isFraction && double.IsInteger(value) ? text + ".0" : text;
    }
}
