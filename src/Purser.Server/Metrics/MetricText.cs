using System.Globalization;
using System.Text;

namespace Purser.Server.Metrics;

/// <summary>Figures in the text form that Prometheus reads (exposition format 0.0.4).</summary>
internal sealed class MetricText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder text = new();

    /// <param name="rows">Each with its labels.</param>
    public MetricText Add(string name, string type, string help, IEnumerable<(IReadOnlyList<(string Name, string Value)> Labels, double Value)> rows)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, value) in rows)
        {
            text.Append(name);
            if (labels.Count > 0)
            {
                text.Append('{').AppendJoin(',', labels.Select(label => $"{label.Name}=\"{Escaped(label.Value)}\"")).Append('}');
            }

            text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        return this;
    }

    public MetricText Add(string name, string type, string help, double value) => Add(name, type, help, [([], value)]);

    public override string ToString() => text.ToString();

    private static string Escaped(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
