using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>Between password and code: a short-lived cookie says whose password was right. It opens nothing by itself.</summary>
public sealed class SecondStep(UserManager<Person> users)
{
    public const string Scheme = "purser-second-step";
    public const string Path = "/sign-in/second-step";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const string Stamp = "stamp";
    private const string ReturnUrl = "returnUrl";
    private const string Way = "way";

    public sealed record Waiting(Person Person, string ReturnUrl, string Way);

    public static Task BeginAsync(HttpContext context, Person person, string returnUrl, string way)
    {
        // The stamp changes with the password: what was begun with the old one ends.
        var identity = new ClaimsIdentity(
            [new(ClaimTypes.NameIdentifier, person.Id.ToString(CultureInfo.InvariantCulture)), new(Stamp, person.SecurityStamp ?? "")], Scheme);
        var properties = new AuthenticationProperties();
        properties.SetString(ReturnUrl, returnUrl);
        properties.SetString(Way, way);
        return context.SignInAsync(Scheme, new ClaimsPrincipal(identity), properties);
    }

    /// <summary>Who is half-way in; null where nobody is, or it took too long.</summary>
    public async Task<Waiting?> FindAsync(HttpContext context)
    {
        if (await context.AuthenticateAsync(Scheme) is not { Succeeded: true, Principal: { } principal, Properties: { } properties })
        {
            return null;
        }

        var person = await users.FindByIdAsync(principal.FindFirstValue(ClaimTypes.NameIdentifier)!);
        return person is { IsDisabled: false } && person.SecurityStamp == principal.FindFirstValue(Stamp)
            ? new Waiting(person, properties.GetString(ReturnUrl) ?? "", properties.GetString(Way) ?? "")
            : null;
    }

    public static Task EndAsync(HttpContext context) => context.SignOutAsync(Scheme);
}
