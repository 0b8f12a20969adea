using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.People.SignIn;
using Purser.Server.People.SignIn.Log;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-16")]
public sealed class SignInLogTests
{
    private const string Password = "four words make one";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Who_came_in_who_tried_and_who_went_out_is_written_down(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(
            engine, settings => settings with { Security = settings.Security with { LockoutAttempts = 2 } }, TestActors.Allow);
        var jo = await InviteAsync(installation);
        var browser = new FormBrowser(installation);
        await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "jo@acme.example", ["password"] = Password });
        await browser.PostAsync("/me", "/sign-out", []);
        await TryAsync("jo@acme.example", "wrong");
        await TryAsync("jo@acme.example", "wrong");
        await TryAsync("jo@acme.example", Password);
        await TryAsync("nobody@acme.example", "wrong");
        await TryAsync("my secret password", "");

        var list = (await installation.Get<ListSignIns>().HandleAsync(new SignInFilter(), new PageRequest(), Stop)).Items.Reverse().ToList();
        Assert.Equal(
            [
                (SignInOutcome.SignedIn, "jo@acme.example", "One-time link"), (SignInOutcome.SignedIn, "jo@acme.example", "Password"), (SignInOutcome.SignedOut, "jo@acme.example", ""),
                (SignInOutcome.WrongPassword, "jo@acme.example", "Password"), (SignInOutcome.Locked, "jo@acme.example", "Password"), (SignInOutcome.Locked, "jo@acme.example", "Password"),
                (SignInOutcome.UnknownAddress, "nobody@acme.example", "Password"), (SignInOutcome.UnknownAddress, "", "Password"),
            ],
            list.Select(row => (row.Outcome, row.Address, row.Way)));
        Assert.All(list, row => Assert.DoesNotContain("secret", row.Address + row.Note, StringComparison.Ordinal));

        // The person sees her own, the operator narrows and exports.
        using var own = TestActors.As(installation.NewClient(), jo);
        Assert.Equal(6, (await own.GetJsonAsync("/api/v1/me/sign-ins")).Json.GetProperty("items").GetArrayLength());
        using var staff = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        Assert.Equal(5, (await staff.GetJsonAsync("/api/v1/operator/sign-ins?onlyFailures=true")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(1, (await staff.GetJsonAsync("/api/v1/operator/sign-ins?q=nobody")).Json.GetProperty("items").GetArrayLength());
        Assert.Equal(2, (await staff.GetJsonAsync("/api/v1/operator/sign-ins?outcome=Locked")).Json.GetProperty("items").GetArrayLength());
        Assert.Contains("nobody@acme.example,Unknown address,Password", await staff.GetStringAsync("/api/v1/operator/sign-ins?format=csv", Stop), StringComparison.Ordinal);

        Task TryAsync(string email, string password) =>
            new FormBrowser(installation).PostAsync("/sign-in", "/sign-in", new() { ["email"] = email, ["password"] = password });
    }

    [Theory, Engines]
    public async Task Ended_browsers_are_written_down_and_old_entries_forgotten(Engine engine)
    {
        var clock = new MovableClock();
        await using var installation = await TestInstallation.StartAsync(engine, adjust: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await InviteAsync(installation);
        var first = new FormBrowser(installation);
        var second = new FormBrowser(installation);
        foreach (var browser in new[] { first, second })
        {
            await browser.PostAsync("/sign-in", "/sign-in", new() { ["email"] = "jo@acme.example", ["password"] = Password });
        }

        await second.PostAsync("/me", "/me/sessions/end-others", []);
        var list = (await installation.Get<ListSignIns>().HandleAsync(new SignInFilter(), new PageRequest(), Stop)).Items;
        Assert.Equal((SignInOutcome.BrowserEnded, "All others"), (list[0].Outcome, list[0].Way));
        clock.Offset += TimeSpan.FromDays(181);
        await installation.Get<SweepSignIns>().RunAsync(Stop);
        Assert.Empty((await installation.Get<ListSignIns>().HandleAsync(new SignInFilter(), new PageRequest(), Stop)).Items);
    }

    private static async Task<Actor> InviteAsync(TestInstallation installation)
    {
        var account = await installation.People.AccountAsync();
        var input = new AddPerson.Input("jo@acme.example", Role.SmartAccountUser) { DisplayName = "Jo" };
        var added = await installation.Get<AddPerson>().HandleAsync(new Command(AddPerson.Name, Actor.System, input) { Accounts = [account.Id] }, input, Stop);
        var path = added.Value.SetPasswordPath!;
        var fields = QueryHelpers.ParseQuery(path[path.IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        await new FormBrowser(installation).PostAsync(path, "/set-password", new(fields) { ["password"] = Password });
        await using var db = installation.Database.Read();
        var jo = (await PersonBook.FindAsync(db, "jo@acme.example"))!;
        return (await installation.Get<ActorSource>().PersonAsync(jo.Id, Stop))!;
    }
}
