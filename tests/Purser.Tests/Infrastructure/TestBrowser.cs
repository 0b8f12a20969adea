using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.People;

namespace Purser.Tests.Infrastructure;

/// <summary>A person's browser: a real session of hers, without walking through the sign-in page.</summary>
internal static class TestBrowser
{
    /// <summary>An HTTP client that asks for pages with the person's session cookie.</summary>
    public static async Task<HttpClient> BrowserAsync(this TestInstallation installation, Actor person)
    {
        var client = installation.NewClient();
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        client.DefaultRequestHeaders.Add("Cookie", await CookieAsync(installation, person));
        return client;
    }

    /// <summary>"name=value" of a fresh session.</summary>
    public static async Task<string> CookieAsync(TestInstallation installation, Actor person)
    {
        await using var scope = installation.Services.CreateAsyncScope();
        var manager = scope.ServiceProvider.GetRequiredService<SignInManager<Person>>();
        var row = await manager.UserManager.FindByIdAsync(person.Id.ToString(CultureInfo.InvariantCulture))
            ?? throw new InvalidOperationException("No such person");
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        await context.SignInAsync(IdentityConstants.ApplicationScheme, await manager.CreateUserPrincipalAsync(row));
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }
}
