using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace Purser.Protocol.Wire;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    MaxDepth = WireLimits.Depth,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RequestEnvelope))]
[JsonSerializable(typeof(ReplyEnvelope))]
[JsonSerializable(typeof(RequestText))]
[JsonSerializable(typeof(ReplyText))]
[JsonSerializable(typeof(RegistrationRequest))]
[JsonSerializable(typeof(IdCertRenewalRequest))]
[JsonSerializable(typeof(AuthorizationRequest))]
[JsonSerializable(typeof(DeregistrationRequest))]
[JsonSerializable(typeof(DetachRequest))]
[JsonSerializable(typeof(ReattachRequest))]
[JsonSerializable(typeof(IdentityReply))]
[JsonSerializable(typeof(AuthorizationReply))]
[JsonSerializable(typeof(DeregistrationReply))]
[JsonSerializable(typeof(DetachReply))]
[JsonSerializable(typeof(ReattachReply))]
internal sealed partial class WireJsonContext : JsonSerializerContext;

/// <summary>JSON both ways. Unknown members are borne (newer peers), duplicate ones are not (two readers could differ).</summary>
internal static class WireJson
{
    // Quotes of the nested texts become \" instead of \u0022: shorter, and as published.
    private static readonly WireJsonContext Context = new(new JsonSerializerOptions(WireJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Info<T>());

    public static string WriteText<T>(T value) => JsonSerializer.Serialize(value, Info<T>());

    public static WireResult<T> Read<T>(ReadOnlySpan<byte> utf8)
        where T : notnull
    {
        if (!Utf8.IsValid(utf8))
        {
            return new WireRefusal(WireCode.Malformed, "Not valid UTF-8");
        }

        try
        {
            return JsonSerializer.Deserialize(utf8, Info<T>()) is { } value
                ? value
                : new WireRefusal(WireCode.Malformed, "An object was expected");
        }
        catch (JsonException problem)
        {
            return new WireRefusal(WireCode.Malformed, $"Not the expected JSON at {problem.Path ?? "$"}");
        }
    }

    public static WireResult<T> Read<T>(string text)
        where T : notnull => Read<T>(Encoding.UTF8.GetBytes(text));

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)(Context.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException(typeof(T).Name));
}
