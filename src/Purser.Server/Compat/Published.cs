using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Purser.Server.Commands;

namespace Purser.Server.Compat;

/// <summary>What answers of the published API have in common (API reference 3.0): envelope, JSON without blanks, times, HTTP 200 for what succeeded.</summary>
internal static class Published
{
    public const string Success = "SUCCESS";
    public const string ErrorStatus = "ERROR";

    /// <summary>Every item is a command of its own.</summary>
    private const int MostItems = 1000;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IResult Answer<T>(T body) => TypedResults.Json(body, Compact);

    public static IResult Error(string message, int status) => TypedResults.Json(new { status = ErrorStatus, statusMessage = message }, Compact, statusCode: status);

    /// <summary>The form in which the smart recommendation refuses (API reference 5.5, V4).</summary>
    public static IResult Failure(string message) => TypedResults.Json(new { status = "FAILURE", message }, Compact, statusCode: StatusCodes.Status422UnprocessableEntity);

    /// <summary>A call about one thing was refused. Programs of the field take any 200 for a success, so it is none.</summary>
    public static IResult Refused(Refusal refusal) => new RefusedResult(refusal);

    public static IResult MissingInput() => Error("Missing required input parameters", StatusCodes.Status422UnprocessableEntity);

    /// <summary>Why a list in a request cannot be worked on, if so.</summary>
    public static IResult? ListProblem(int count) => count switch
    {
        0 => MissingInput(),
        > MostItems => Error($"At most {MostItems} items can be sent at once", StatusCodes.Status422UnprocessableEntity),
        _ => null,
    };

    /// <summary>2019-07-17T23:21:37.000Z.</summary>
    public static string Milliseconds(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>2022-07-11T14:33:41Z.</summary>
    public static string Seconds(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>2019-05-20; null where there is none.</summary>
    public static string? Day(DateOnly? date) => date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The day with which a time begins; null where nothing is said. False where it is no day.</summary>
    public static bool TryDay(string? text, out DateOnly? day)
    {
        var isDay = DateOnly.TryParseExact(text?[..Math.Min(text.Length, 10)], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read);
        day = isDay ? read : null;
        return isDay || text is null;
    }

    public static string Digits(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static string? OrNull(string text) => text.Length == 0 ? null : text;

    private sealed class RefusedResult(Refusal refusal) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => Http.Refused.WriteAsync(httpContext, refusal);
    }
}

/// <summary>What became of one thing in a list.</summary>
internal sealed record ItemOutcome(bool Ok, string Message)
{
    public string Status => Ok ? Published.Success : Published.ErrorStatus;

    public static ItemOutcome Refused(Refusal refusal) => new(false, refusal.Detail);

    /// <summary>The whole of a list is an error as soon as one item failed: programs of the field stop on it and read the items (API reference 3.0).</summary>
    public static string StatusOf(IEnumerable<ItemOutcome> items) => items.All(item => item.Ok) ? Published.Success : Published.ErrorStatus;
}
