using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Purser.Server.Commands;
using Purser.Server.Settings;

namespace Purser.Server.People.Provisioning;

/// <summary>Words and forms of SCIM 2.0 that all of it shares.</summary>
internal static class Scim
{
    public const string ContentType = "application/scim+json";
    public const string UserSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string GroupSchema = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Root = "/scim/v2";

    /// <summary>The reasons of RFC 7644, table 9; a refusal names them where others name a field.</summary>
    public const string InvalidFilter = "invalidFilter";
    public const string InvalidPath = "invalidPath";
    public const string InvalidSyntax = "invalidSyntax";
    public const string InvalidValue = "invalidValue";
    public const string Mutability = "mutability";
    public const string NoTarget = "noTarget";
    public const string Uniqueness = "uniqueness";

    private const string ErrorSchema = "urn:ietf:params:scim:api:messages:2.0:Error";
    private const string ListSchema = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    private static readonly string[] Reasons = [InvalidFilter, InvalidPath, InvalidSyntax, InvalidValue, Mutability, NoTarget, Uniqueness];

    public static Refusal Refused(string reason, string text) => Verdict.Refused(reason == Uniqueness ? RefusalCode.AlreadyExists : RefusalCode.InvalidInput, text, reason);

    public static Refusal NotThere(string what) => Verdict.Refused(RefusalCode.NotFound, $"There is no such {what} of this source.");

    public static IResult Ok(JsonObject resource, int status = StatusCodes.Status200OK) => Results.Text(resource.ToJsonString(), ContentType, statusCode: status);

    public static IResult List(IEnumerable<JsonObject> resources, int total, int startIndex)
    {
        var items = new JsonArray([.. resources]);
        return Ok(new JsonObject
        {
            ["schemas"] = new JsonArray(ListSchema), ["totalResults"] = total, ["startIndex"] = startIndex, ["itemsPerPage"] = items.Count, ["Resources"] = items,
        });
    }

    public static Task WriteRefusalAsync(HttpContext context, Refusal refusal)
    {
        // "The input is not valid" is 400 here (RFC 7644 3.12).
        var status = refusal.Code == RefusalCode.InvalidInput ? StatusCodes.Status400BadRequest : Refusals.Of(refusal.Code).Status;
        var error = new JsonObject { ["schemas"] = new JsonArray(ErrorSchema), ["status"] = status.ToString(CultureInfo.InvariantCulture), ["detail"] = refusal.Detail };
        var reason = refusal.Code == RefusalCode.MalformedRequest ? InvalidSyntax : refusal.Field;
        if (Reasons.Contains(reason))
        {
            error["scimType"] = reason;
        }

        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        return context.Response.WriteAsync(error.ToJsonString(), context.RequestAborted);
    }

    /// <summary>The body, attribute names in any case (RFC 7643 2.1).</summary>
    public static async Task<Verdict<JsonObject>> BodyAsync(HttpContext context)
    {
        try
        {
            var node = await JsonNode.ParseAsync(context.Request.Body, new JsonNodeOptions { PropertyNameCaseInsensitive = true }, cancellationToken: context.RequestAborted);
            if (node is JsonObject body)
            {
                LookAt(body);
                return body;
            }
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException)
        {
            return Refused(InvalidSyntax, "The body is not JSON, or a name stands in it twice.");
        }

        return Refused(InvalidSyntax, "The body is a JSON object.");
    }

    /// <summary>A name that stands twice is noticed only when its object is looked at, so look everywhere before anything is believed.</summary>
    private static void LookAt(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject fields => fields.Select(field => field.Value), JsonArray items => items, _ => [] })
        {
            LookAt(child);
        }
    }

    public static JsonObject Meta(HttpContext context, string type, long id, DateTimeOffset createdAt, DateTimeOffset changedAt) => new()
    {
        ["resourceType"] = type,
        ["created"] = Instant(createdAt),
        ["lastModified"] = Instant(changedAt),
        ["location"] = $"{BaseUrl(context)}/{type}s/{id}",
    };

    public static string BaseUrl(HttpContext context)
    {
        var settings = context.RequestServices.GetRequiredService<PurserSettings>();
        return (settings.Http.PublicUrl.Length > 0 ? settings.Http.PublicUrl.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}") + Root;
    }

    public static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
