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
        var ofAccount = "/api/v1/me/notification-preferences?account=acme.example";
        Assert.Equal(4, (await admin.GetJsonAsync(ofAccount)).Json.GetProperty("byMail").GetArrayLength());
        Assert.Equal(HttpStatusCode.NoContent, (await admin.CallAsync(HttpMethod.Put, "/api/v1/me/notification-preferences", new { account = "acme.example", byMail = new[] { "GroupRequestWaits" } })).Status);
        Assert.Equal(1, (await admin.GetJsonAsync(ofAccount)).Json.GetProperty("byMail").GetArrayLength());
        Assert.Equal(2, (await admin.GetJsonAsync("/api/v1/me/notification-preferences")).Json.GetProperty("byMail").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await admin.CallAsync(HttpMethod.Put, "/api/v1/me/notification-preferences", new { account = "other.example", byMail = Array.Empty<string>() })).Status);
        await using var db = installation.Database.Read();
        var before = await db.Mails.CountAsync(Stop);
        using var own = TestActors.As(installation.NewClient(), await new RequestWorld(installation).PersonAsync("new@acme.example"));
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/directory/access-requests", new { domain = "acme.example" })).Status);
        Assert.Equal(before, await db.Mails.CountAsync(Stop));
        Assert.Equal(["AccessRequestWaits"], await KindsAsync(admin, "pending"));
    }

    [Theory, Engines]
    public async Task Requested_accounts_and_agreements_wait_for_who_can_answer(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        var world = new RequestWorld(installation);
        using var admin = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        using var staff = TestActors.As(installation.NewClient(), TestActors.Staff(OperatorRole.LicensingAdministrator));
        using var own = TestActors.As(installation.NewClient(), await world.PersonAsync("asks@beta.example"));
        Assert.Equal(HttpStatusCode.Created, (await staff.PostJsonAsync("/api/v1/operator/agreements", new { title = "Terms", text = "All of them." })).Status);
        Assert.Equal(["AgreementWaits"], await KindsAsync(admin, "pending"));
        Assert.Empty(await KindsAsync(own, "pending"));

        // Her own mail domain: she approves it herself, and is told once.
        Assert.Equal(HttpStatusCode.Created, (await own.PostJsonAsync("/api/v1/account-requests", new { name = "Beta", authority = "Requester", headquarters = "Basel" })).Status);
        Assert.Equal(["AccountRequestWaits"], await KindsAsync(own, "pending"));
        Assert.Empty(await KindsAsync(staff, "pending"));

        // Another domain: the operator decides first.
        var other = await own.PostJsonAsync(
            "/api/v1/account-requests", new { name = "Gamma", authority = "Requester", domain = "gamma.example", domainReason = "Our brand.", headquarters = "Basel" });
        Assert.Equal(HttpStatusCode.Created, other.Status);
        Assert.Equal(["AccountRequestWaits"], await KindsAsync(staff, "pending"));
        Assert.Equal(["AccountRequestAnswered", "AccountRequestWaits"], (await KindsAsync(own, "pending")).Order());
        Assert.True((await staff.PostJsonAsync($"/api/v1/operator/account-requests/{other.Id}/decline", new { reason = "Not yours." })).Status is HttpStatusCode.OK or HttpStatusCode.NoContent);
        Assert.Empty(await KindsAsync(staff, "pending"));
        Assert.Equal(["AccountRequestAnswered"], await KindsAsync(own, "completed"));
    }

    private static async Task<IReadOnlyList<string>> KindsAsync(HttpClient http, string list) =>
        [.. (await http.GetJsonAsync("/api/v1/me/notifications")).Json.GetProperty(list).EnumerateArray().Select(row => row.GetProperty("kind").GetString()!)];
}
