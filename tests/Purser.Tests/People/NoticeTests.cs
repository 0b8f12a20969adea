using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Accounts;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.People;

[Trait("Feature", "SA-12")]
public sealed class NoticeTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task What_waits_and_what_was_answered_is_listed_for_each_side(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        var somebody = await new RequestWorld(installation).PersonAsync("new@acme.example");
        using var admin = TestActors.As(installation.NewClient(), administrator);
        using var own = TestActors.As(installation.NewClient(), somebody);
        var request = (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example" })).Id;
        Assert.Equal(["AccessRequestWaits"], await KindsAsync(admin, "pending"));
        Assert.Equal(["AccessRequestAnswered"], await KindsAsync(own, "pending"));
        await admin.PostJsonAsync($"{account.Api}/access-requests/{request}/approve", new { role = "SmartAccountViewer" });
        Assert.Empty(await KindsAsync(admin, "pending"));
        Assert.Equal(["AccessRequestAnswered"], await KindsAsync(own, "completed"));
        installation.Advance(TimeSpan.FromDays(91));
        Assert.Empty(await KindsAsync(own, "completed"));
    }

    [Theory, Engines]
    public async Task Mails_are_only_of_the_chosen_kinds(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var administrator = await installation.People.PersonAsync(account, Role.SmartAccountAdministrator);
        using var admin = TestActors.As(installation.NewClient(), administrator);
        Assert.Equal(5, (await admin.GetJsonAsync("/api/v1/me/notification-preferences")).Json.GetProperty("byMail").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.CallAsync(HttpMethod.Put, "/api/v1/me/notification-preferences", new { byMail = new[] { "GroupRequestWaits" } })).Status);
        Assert.Equal(1, (await admin.GetJsonAsync("/api/v1/me/notification-preferences")).Json.GetProperty("byMail").GetArrayLength());
        await using var db = installation.Database.Read();
        var before = await db.Mails.CountAsync(Stop);
        using var own = TestActors.As(installation.NewClient(), await new RequestWorld(installation).PersonAsync("new@acme.example"));
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example" })).Status);
        Assert.Equal(before, await db.Mails.CountAsync(Stop));
        Assert.Equal(["AccessRequestWaits"], await KindsAsync(admin, "pending"));
    }

    private static async Task<IReadOnlyList<string>> KindsAsync(HttpClient http, string list) =>
        [.. (await http.GetJsonAsync("/api/v1/me/notifications")).Json.GetProperty(list).EnumerateArray().Select(row => row.GetProperty("kind").GetString()!)];
}
