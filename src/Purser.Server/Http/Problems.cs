using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using Purser.Server.Commands;

namespace Purser.Server.Http;

/// <summary>Turns verdicts into HTTP answers: the value as JSON, a refusal as RFC 9457 problem details.</summary>
public static class Problems
{
    public static VerdictResult<T> ToHttp<T>(this Verdict<T> verdict, int successStatus = StatusCodes.Status200OK) => new(verdict, successStatus);

    /// <summary>201 where something new was made.</summary>
    public static CreatedResult<T> ToCreated<T>(this Verdict<T> verdict) => new(verdict);

    public static IResult Of(Refusal refusal) => TypedResults.Problem(Details(refusal));

    public static ProblemDetails Details(Refusal refusal)
    {
        var row = Refusals.Of(refusal.Code);
        var details = new ProblemDetails
        {
            Type = $"/docs/problems#{row.Slug}",
            Title = row.Title,
            Status = row.Status,
            Detail = refusal.Detail,
        };
        details.Extensions["code"] = row.Slug;
        if (refusal.Field is not null)
        {
            // As the body spells it, also where a rule names the property of its record.
            details.Extensions["field"] = JsonNamingPolicy.CamelCase.ConvertName(refusal.Field);
        }

        if (refusal.Items is not null)
        {
            details.Extensions["items"] = refusal.Items.Select(item => new { item.Id, item.Name, Code = Refusals.Of(item.Code).Slug, item.Detail });
        }

        return details;
    }
}
