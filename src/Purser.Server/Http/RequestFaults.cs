using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using Purser.Server.Commands;
using Purser.Server.Store;

namespace Purser.Server.Http;

/// <summary>
/// Turns what the framework throws at a bad request, and what the store throws when it is away, into an answer that says so; and gives a program
/// that was refused with a bare status a problem to read.
/// </summary>
public sealed partial class RequestFaults(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception fault) when (!context.Response.HasStarted && Explain(fault) is { } refusal)
        {
            context.Response.Clear();
            await Refused.WriteAsync(context, refusal);
            return;
        }

        if (context.Request.Path.StartsWithSegments("/api") && IsBare(context.Response) && Explain(context) is { } explained)
        {
            await Refused.WriteAsync(context, explained);
        }
    }

    private static bool IsBare(HttpResponse response) =>
        response is { HasStarted: false, StatusCode: >= 400 and < 500, ContentType: null } && response.ContentLength is null or 0;

    private static Refusal? Explain(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status400BadRequest => Verdict.Refused(RefusalCode.MalformedRequest, "The request cannot be read."),
        StatusCodes.Status404NotFound => Verdict.Refused(RefusalCode.NotFound, $"There is nothing at {context.Request.Path}. All addresses are listed at /api/v1/docs."),
        StatusCodes.Status405MethodNotAllowed => Verdict.Refused(
            RefusalCode.MethodNotAllowed, $"{context.Request.Method} is not possible here, only {context.Response.Headers.Allow}."),
        StatusCodes.Status415UnsupportedMediaType => Verdict.Refused(
            RefusalCode.UnsupportedContentType, $"The body comes as '{context.Request.ContentType}'; send application/json."),
        _ => null,
    };

    private static Refusal? Explain(Exception fault) => fault switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Verdict.Refused(RefusalCode.MalformedRequest, Sentence(json)),
        BadHttpRequestException bad when Unread().Match(bad.Message) is { Success: true } unread => Verdict.Refused(RefusalCode.MalformedRequest, Sentence(unread)),
        BadHttpRequestException bad => Verdict.Refused(CodeOf(bad.StatusCode), bad.Message),
        JsonException json => Verdict.Refused(RefusalCode.MalformedRequest, Sentence(json)),
        PostgresException or DbUpdateException { InnerException: PostgresException } when IsAboutText(fault) =>
            Verdict.Refused(RefusalCode.MalformedRequest, "A text holds the character NUL, which cannot be kept."),
        _ => StoreFaults.Explain(fault),
    };

    private static bool IsAboutText(Exception fault) =>
        (fault as PostgresException ?? fault.InnerException as PostgresException)?.SqlState == PostgresErrorCodes.CharacterNotInRepertoire;

    private static RefusalCode CodeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => RefusalCode.BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => RefusalCode.UnsupportedContentType,
        _ => RefusalCode.MalformedRequest,
    };

    /// <summary>Where it is wrong, without names of our types.</summary>
    private static string Sentence(JsonException json)
    {
        if (json.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            return "The body is nested too deeply.";
        }

        if (json.Message.StartsWith(ListElements.Refusal, StringComparison.Ordinal))
        {
            return json.Message;
        }

        return Missing().Match(json.Message) is { Success: true } missing
            ? $"The body lacks {missing.Groups["names"].Value}."
            : $"The body is not JSON of the expected form at {json.Path ?? "$"}, line {(json.LineNumber ?? 0) + 1}, byte {json.BytePositionInLine ?? 0}.";
    }

    /// <summary>A parameter of the address that is not of its kind: a word for a number, 29 February of a common year.</summary>
    private static string Sentence(Match unread)
    {
        var (type, name, value) = (unread.Groups["type"].Value, JsonNamingPolicy.CamelCase.ConvertName(unread.Groups["name"].Value), unread.Groups["value"].Value);
        var kind = type.Contains("DateOnly", StringComparison.Ordinal) ? "Give a day that there is, such as 2026-03-31."
            : type.Contains("DateTime", StringComparison.Ordinal) ? "Give an instant with its offset, such as 2026-03-31T14:00:00Z."
            : type.Contains("int", StringComparison.Ordinal) || type.Contains("long", StringComparison.Ordinal) ? "Give a whole number."
            : type.Contains("bool", StringComparison.Ordinal) ? "Give true or false."
            : "What it may be stands at /api/v1/docs.";
        return $"“{value}” cannot be read as {name}. {kind}";
    }

    [GeneratedRegex("^Failed to bind parameter \"(?<type>\\S+) (?<name>\\w+)\" from \"(?<value>.*)\"\\.$", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Unread();

    [GeneratedRegex("missing required properties including: (?<names>.*?)\\.", RegexOptions.NonBacktracking)]
    private static partial Regex Missing();
}
