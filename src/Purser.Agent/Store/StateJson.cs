using System.Text.Json;
using System.Text.Json.Serialization;
using Purser.Agent.State;

namespace Purser.Agent.Store;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(DeviceState))]
[JsonSerializable(typeof(FormatOnly))]
internal sealed partial class StateJson : JsonSerializerContext;

internal sealed record FormatOnly(int Format);

/// <summary>The text of a trusted store file.</summary>
internal static class StateText
{
    public static byte[] Write(DeviceState state) => JsonSerializer.SerializeToUtf8Bytes(state, StateJson.Default.DeviceState);

    /// <exception cref="TrustedStoreException">It is not a store, or one of a newer agent.</exception>
    public static DeviceState Read(byte[] text, string place)
    {
        try
        {
            var format = JsonSerializer.Deserialize(text, StateJson.Default.FormatOnly)?.Format;
            if (format != DeviceState.CurrentFormat)
            {
                throw new TrustedStoreException($"{place} has format {format}, this agent reads format {DeviceState.CurrentFormat}; use the agent that wrote it");
            }

            return JsonSerializer.Deserialize(text, StateJson.Default.DeviceState)
                ?? throw new TrustedStoreException($"{place} is empty; restore it from a copy, or remove it and run init");
        }
        catch (JsonException problem)
        {
            throw new TrustedStoreException($"{place} is not a trusted store ({problem.Message}); restore it from a copy, or remove it and run init", problem);
        }
    }
}

/// <summary>The store cannot be read or written; the message names cause and remedy.</summary>
public sealed class TrustedStoreException(string message, Exception? inner = null) : Exception(message, inner);
