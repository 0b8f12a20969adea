using System.Globalization;

namespace Purser.Bench;

/// <summary>What to measure and for how long.</summary>
/// <param name="Seconds">Measured time of each turn, after a warm-up of a third of it.</param>
/// <param name="Rounds">Turns of each rival, in alternation; the ratio is that of the medians.</param>
/// <param name="Codes">Request codes of a file that reserves for many devices.</param>
/// <param name="Uploads">Of 100 usage reports each, a turn.</param>
/// <param name="Collected">Product instances that push to a collector; 0: this is left out.</param>
internal sealed record Options(double Seconds, int Rounds, int Devices, int Connections, string Output, bool Messages, bool Scale, bool Pages, bool Volume, bool Bulk, int Codes, bool Reports, int Uploads, int Collected, IReadOnlyList<string> Engines)
{
    public static Options? Parse(string[] args)
    {
        var options = new Options(8, 3, 5000, 256, "artifacts/bench.json", true, true, true, true, true, 5000, true, 20, 10_000, ["sqlite", "postgres"]);
        for (var index = 0; index < args.Length; index++)
        {
            var value = index + 1 < args.Length ? args[index + 1] : "";
            options = args[index] switch
            {
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--rounds" => options with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
                "--devices" => options with { Devices = int.Parse(value, CultureInfo.InvariantCulture) },
                "--connections" => options with { Connections = int.Parse(value, CultureInfo.InvariantCulture) },
                "--output" => options with { Output = value },
                "--engines" => options with { Engines = value.Split(',') },
                "--no-messages" => options with { Messages = false, Scale = false },
                "--no-scale" => options with { Scale = false },
                "--no-volume" => options with { Volume = false },
                "--codes" => options with { Codes = int.Parse(value, CultureInfo.InvariantCulture) },
                "--uploads" => options with { Uploads = int.Parse(value, CultureInfo.InvariantCulture) },
                "--collected" => options with { Collected = int.Parse(value, CultureInfo.InvariantCulture) },
                "--no-reports" => options with { Reports = false },
                "--no-bulk" => options with { Bulk = false },
                "--no-pages" => options with { Pages = false },
                _ => null!,
            };
            if (options is null)
            {
                Console.Error.WriteLine($"Unknown option {args[index]}. Options: --seconds N --rounds N --devices N --connections N --engines sqlite,postgres --no-messages --no-scale --no-pages --no-volume --no-bulk --codes N --no-reports --uploads N --collected N --output FILE");
                return null;
            }

            if (!args[index].StartsWith("--no-", StringComparison.Ordinal))
            {
                index++;
            }
        }

        return options;
    }
}
