using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;

namespace Purser.Protocol.Usage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    GenerationMode = JsonSourceGenerationMode.Metadata,
    MaxDepth = 16,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(PayloadText))]
[JsonSerializable(typeof(SealedReportText))]
[JsonSerializable(typeof(AcknowledgementText))]
[JsonSerializable(typeof(PolicyText))]
[JsonSerializable(typeof(SystemInfoText))]
[JsonSerializable(typeof(AuthorizationCodeText))]
[JsonSerializable(typeof(IReadOnlyList<AuthorizationAskedText>))]
[JsonSerializable(typeof(TrustRequestText))]
[JsonSerializable(typeof(TrustCodeText))]
[JsonSerializable(typeof(PushRequestText))]
[JsonSerializable(typeof(PushMessageText))]
[JsonSerializable(typeof(PushReplyText))]
internal sealed partial class UsageJsonContext : JsonSerializerContext;

/// <summary>JSON of reports both ways. Unknown members are borne (other makers), duplicate ones are not (two readers could differ).</summary>
internal static class UsageJson
{
    private static readonly UsageJsonContext Context = new(new JsonSerializerOptions(UsageJsonContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Info<T>());

    /// <param name="what">As the refusal begins: "The report's payload".</param>
    public static WireResult<T> Read<T>(string text, string what)
        where T : notnull
    {
        try
        {
            return JsonSerializer.Deserialize(text, Info<T>()) is { } value ? value : new WireRefusal(WireCode.Malformed, $"{what} is empty");
        }
        catch (JsonException problem)
        {
            return new WireRefusal(WireCode.Malformed, $"{what} is not the expected JSON at {problem.Path ?? "$"}");
        }
    }

    private static JsonTypeInfo<T> Info<T>() => (JsonTypeInfo<T>)(Context.GetTypeInfo(typeof(T)) ?? throw new InvalidOperationException(typeof(T).Name));
}
