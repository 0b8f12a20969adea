using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.People;
using Purser.Server.Preferences;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Preferences;

[Trait("Feature", "RP-02")]
public sealed class LicenseConfigurationTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Flags_are_switched_with_a_reason_and_logged_and_administrators_told_of_the_inventory_flag(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine, adjust: TestActors.Allow);
        var account = await installation.People.AccountAsync();
        using var admin = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(account, Role.SmartAccountAdministrator));
        var address = $"{account.Api}/license-configuration";
        var before = (await admin.GetJsonAsync(address)).Json;
        Assert.True(before.GetProperty("addToInventory").GetBoolean());
        Assert.True(before.GetProperty("showTransactionDetails").GetBoolean());

        Assert.Equal("invalid-input", (await admin.CallAsync(HttpMethod.Put, address, new { addToInventory = false, notes = " " })).Code);
        Assert.Equal("invalid-input", (await admin.CallAsync(HttpMethod.Put, address, new { addToInventory = true, notes = "as it is" })).Code);
        Assert.Equal(HttpStatusCode.OK, (await admin.CallAsync(HttpMethod.Put, address, new { showTransactionDetails = false, notes = "Too much for us" })).Status);
        Assert.Empty(await SubjectsAsync(installation));
        Assert.Equal(HttpStatusCode.OK, (await admin.CallAsync(HttpMethod.Put, address, new { addToInventory = false, notes = "The auditor asked" })).Status);
        Assert.Equal(["Add to Inventory was set to Disabled in The acme.example company"], await SubjectsAsync(installation));

        var log = (await admin.GetJsonAsync($"{address}/changes")).Items;
        Assert.Equal(["The auditor asked", "Too much for us"], log.Select(row => row.GetProperty("notes").GetString()));
        Assert.Equal(["AddToInventory", "ShowTransactionDetails"], log.Select(row => row.GetProperty("flag").GetString()));

        // Nobody but a Smart Account Administrator, not in another account.
        using var user = TestActors.As(installation.NewClient(), await installation.People.PersonAsync(account, Role.SmartAccountUser));
        Assert.Equal(HttpStatusCode.Forbidden, (await user.CallAsync(HttpMethod.Put, address, new { addToInventory = true, notes = "no" })).Status);
        var other = await installation.People.AccountAsync("other.example");
        Assert.True((await installation.Get<ConfigureLicenses>().ShowAsync(other.Id, Stop)).AddToInventory);
    }

    private static async Task<IReadOnlyList<string>> SubjectsAsync(TestInstallation installation)
    {
        await using var db = installation.Database.Read();
        return await db.Mails.Where(row => row.Subject.StartsWith("Add to Inventory")).Select(row => row.Subject).ToListAsync(Stop);
    }
}
