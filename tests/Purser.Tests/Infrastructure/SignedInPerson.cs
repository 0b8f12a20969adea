using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Tests.Infrastructure;

/// <summary>Jo works in acme.example; she chose her password and sits at her browser, on a machine clock that the test moves.</summary>
internal sealed class SignedInPerson : IAsyncDisposable
{
    public const string Email = "jo@acme.example";
    public const string Password = TestPeople.Password;

    public required TestInstallation Installation { get; init; }

    public required TestAccount Account { get; init; }

    public required FormBrowser Browser { get; init; }

    public required Actor Actor { get; init; }

    public required MovableClock Clock { get; init; }

    public static async Task<SignedInPerson> StartAsync(Engine engine, Func<SecuritySettings, SecuritySettings>? security = null)
    {
        var clock = new MovableClock();
        var installation = await TestInstallation.StartAsync(
            engine,
            settings => settings with { Security = security?.Invoke(settings.Security) ?? settings.Security },
            builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var account = await installation.People.AccountAsync();
        var input = new AddPerson.Input(Email, Role.SmartAccountAdministrator) { DisplayName = "Jo" };
        var added = (await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input)).Value;
        var path = added.SetPasswordPath!;
        var browser = new FormBrowser(installation);
        var fields = QueryHelpers.ParseQuery(path[path.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        fields["password"] = Password;
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(path, "/set-password", fields)).StatusCode);
        return new SignedInPerson
        {
            Installation = installation,
            Account = account,
            Browser = browser,
            Actor = await installation.People.ActorAsync(added.PersonId),
            Clock = clock,
        };
    }

    /// <summary>Sends her password from a browser, and where that led.</summary>
    public static async Task<string> SendPasswordAsync(FormBrowser browser) =>
        (await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = Email, ["password"] = Password })).Headers.Location?.ToString() ?? "refused";

    public ValueTask DisposeAsync() => Installation.DisposeAsync();
}
