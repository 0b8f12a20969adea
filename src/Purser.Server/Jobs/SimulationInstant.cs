using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Purser.Server.Jobs;

/// <summary>An instant of the domain clock as a program writes it: epoch seconds or ISO 8601.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct SimulationInstant(DateTimeOffset Value)
{
    // Before year 9999 of the calendar, with room for everything that is reckoned from it.
    private const long Latest = 253_000_000_000;

    internal sealed class Converter : JsonConverter<SimulationInstant>
    {
        public override SimulationInstant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var seconds) && seconds is >= 0 and <= Latest)
            {
                return new(DateTimeOffset.FromUnixTimeSeconds(seconds));
            }

            return reader.TokenType == JsonTokenType.String
                && DateTimeOffset.TryParse(
                    reader.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant)
                && instant.ToUnixTimeSeconds() is >= 0 and <= Latest
                ? new(DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds()))
                : throw new JsonException("An instant is epoch seconds or ISO 8601, such as 2026-01-10T08:00:00Z.");
        }

        public override void Write(Utf8JsonWriter writer, SimulationInstant value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Value.ToUnixTimeSeconds());
    }
}
