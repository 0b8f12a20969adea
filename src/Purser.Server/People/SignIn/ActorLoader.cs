using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Identity;
using Purser.Server.Http;

namespace Purser.Server.People.SignIn;

/// <summary>
/// Establishes who sends a request, before the route guard judges it: program doors know bearer tokens only, pages know the cookie only, so
/// that no page of another site can drive the API with a person's cookie.
/// </summary>
public sealed class ActorLoader(RequestDelegate next, ActorSource actors, BearerTokens tokens)
{
    private const string Bearer = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        if (IsSecondPass(context))
        {
            // An error page about a request whose sender is known already, or could not be known because the database was away.
        }
        else if (Doors.IsForPrograms(context.Request.Path))
        {
            await LoadBearerAsync(context);
        }
        else if (!Doors.IsForNobody(context.Request.Path))
        {
            await LoadCookieAsync(context);
        }

        await next(context);
    }

    private static bool IsSecondPass(HttpContext context) =>
        context.Features.Get<IExceptionHandlerFeature>() is not null || context.Features.Get<IStatusCodeReExecuteFeature>() is not null;

    private async Task LoadBearerAsync(HttpContext context)
    {
        // The scheme's case is whatever the client made of the token answer (API reference 2.4).
        var header = context.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            && await tokens.FindAsync(header[Bearer.Length..].Trim(), context.RequestAborted) is { } actor)
        {
            context.SetActor(actor);
        }
    }

    private async Task LoadCookieAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(IdentityConstants.ApplicationScheme);
        if (result is not { Succeeded: true, Principal: { } principal })
        {
            return;
        }

        if (await actors.PersonAsync(SessionStore.PersonOf(principal), context.RequestAborted) is { } actor)
        {
            // Antiforgery tokens are bound to this name.
            context.User = principal;
            context.SetActor(actor);
        }
    }
}
