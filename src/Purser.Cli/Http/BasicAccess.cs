using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Purser.Agent.State;

namespace Purser.Cli.Http;

/// <summary>Basic authentication with the password that the owner set (device reference 4.10 and 6.1).</summary>
internal static class BasicAccess
{
    /// <summary>Guessing is slow, whoever guesses.</summary>
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    public static async Task CheckAsync(HttpContext context, RequestDelegate next, Func<RemoteAccess?> access, Func<HttpContext, Task> refuse)
    {
        if (Credentials(context) is var (user, password) && access() is { } known && known.Admits(user, password))
        {
            await next(context);
            return;
        }

        await Task.Delay(AfterFailure, TimeProvider.System, context.RequestAborted);
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"purser\", charset=\"UTF-8\"";
        await refuse(context);
    }

    private static (string User, string Password)? Credentials(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var bytes = new byte[header.Parameter?.Length ?? 0];
        if (!Convert.TryFromBase64String(header.Parameter ?? "", bytes, out var length))
        {
            return null;
        }

        return Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password] ? (user, password) : null;
    }
}
