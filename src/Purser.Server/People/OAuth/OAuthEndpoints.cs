using System.Text.Json;
using System.Text.Json.Serialization;
using Purser.Server.Http;
using Purser.Server.People.SignIn;

namespace Purser.Server.People.OAuth;

/// <summary>The token endpoint at its own address and at those that published clients are configured for (API reference 2.1).</summary>
public static class OAuthEndpoints
{
    public const string Address = "/oauth/token";

    private static readonly string[] Addresses = [Address, "/backend/oauth/token", "/as/token.oauth2", "/oauth2/default/v1/token"];

    private static readonly JsonSerializerOptions Compact = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var address in Addresses)
        {
            var route = routes.MapPost(address, AnswerAsync)
                .Requires(Permission.Anonymous)
                .RequireRateLimiting(Limits.TokenEndpoint)
                .WithTags("OAuth")
                .WithSummary("Get an access token: by client credentials, or for a person by a code, a refresh token, or her password where that is switched on");
            if (address != Address)
            {
                route.ExcludeFromDescription();
            }
        }
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, IssueToken issue)
    {
        // Neither the token nor what was wrong may be kept on the way (RFC 6749 5.1).
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        var request = await TokenRequest.ReadAsync(context.Request, context.RequestAborted);
        var outcome = request is null
            ? TokenError.InvalidRequest("The request cannot be read. Send grant_type, client_id and client_secret as a form.")
            : await issue.HandleAsync(request, context.Connection.RemoteIpAddress?.ToString() ?? "", context.RequestAborted);
        return outcome.Error is { } error ? Refuse(context, error, request?.UsedBasic == true) : Give(outcome.Token!);
    }

    private static IResult Give(GrantedToken token) => TypedResults.Json(new
    {
        access_token = token.Token.Text,
        token_type = "Bearer",
        expires_in = token.Token.LifetimeSeconds,
        scope = token.Scope,
        refresh_token = token.RefreshToken,
    }, Compact);

    private static IResult Refuse(HttpContext context, TokenError error, bool usedBasic)
    {
        if (usedBasic && error.Status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"token\"";
        }

        if (error.Status == StatusCodes.Status429TooManyRequests)
        {
            context.Response.Headers.RetryAfter = "60";
        }

        return TypedResults.Json(new { error = error.Code, error_description = error.Description }, statusCode: error.Status);
    }
}
