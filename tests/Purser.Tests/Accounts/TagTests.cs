using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

/// <summary>Custom tags of virtual accounts (SA-11): defined, chosen, demanded, changed while in use, searched by.</summary>
[Trait("Feature", "SA-11")]
public sealed class TagTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Virtual_accounts_get_values_and_are_found_by_them(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var sales = await world.PlaceAsync("Sales", new() { ["country"] = ["sweden"], ["Use"] = ["Lab", "Production"] });
        await world.PlaceAsync("Support", new() { ["Country"] = ["Norway"], ["Use"] = ["Lab"] });
        Assert.Equal(["Sales", "Support"], await world.NamesAsync("tag=Use:lab"));
        Assert.Equal(["Sales"], await world.NamesAsync("tag=Use:lab&tag=COUNTRY:Sweden"));
        Assert.Empty(await world.NamesAsync("tag=Country:Denmark"));
        Assert.Equal(HttpStatusCode.BadRequest, (await world.Api.GetJsonAsync($"{world.Account.Api}/virtual-accounts?tag=Sweden")).Status);

        var shown = (await world.Api.GetJsonAsync($"{world.Account.Api}/virtual-accounts/{sales.Id}")).Json.GetProperty("virtualAccount").GetProperty("tags");
        Assert.Equal("Sweden", shown.GetProperty("Country")[0].GetString());
        Assert.Equal(2, shown.GetProperty("Use").GetArrayLength());
        var administrator = await world.Installation.People.PersonAsync(world.Account, Role.SmartAccountAdministrator);
        var entries = await world.Installation.Get<VirtualAccountPicker>().HandleAsync(administrator, world.Account.Id, Stop);
        Assert.Equal("Country: Sweden; Use: Lab, Production", entries.Single(entry => entry.Name == "Sales").Tags);
    }

    [Theory, Engines]
    public async Task A_required_tag_is_demanded_when_a_virtual_account_is_created_or_changed(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        Assert.Contains("needs a value of the tag \"Country\"", (await world.PlaceAsync("Bare", [])).Detail, StringComparison.Ordinal);
        Assert.Contains("no value of the tag", (await world.PlaceAsync("Odd", new() { ["Country"] = ["Atlantis"] })).Detail, StringComparison.Ordinal);
        Assert.Contains("has one value", (await world.PlaceAsync("Both", new() { ["Country"] = ["Sweden", "Norway"] })).Detail, StringComparison.Ordinal);
        Assert.Contains("no custom tag", (await world.PlaceAsync("Wrong", new() { ["Country"] = ["Sweden"], ["Colour"] = ["red"] })).Detail, StringComparison.Ordinal);

        // The default one was there before the tag: it needs a value at its next change.
        var first = $"{world.Account.Api}/virtual-accounts/{world.Account.DefaultVirtualAccountId}";
        Assert.Equal("invalid-input", (await world.Api.CallAsync(HttpMethod.Patch, first, new { description = "new" })).Code);
        var tags = new Dictionary<string, string[]> { ["Country"] = ["Norway"] };
        Assert.Equal(HttpStatusCode.OK, (await world.Api.CallAsync(HttpMethod.Patch, first, new { description = "new", tags })).Status);
        Assert.Equal(HttpStatusCode.OK, (await world.Api.CallAsync(HttpMethod.Patch, first, new { description = "newer" })).Status);
        Assert.Contains(await world.EventsAsync(), message => message.Contains("tags: Country: Norway", StringComparison.Ordinal));
    }

    [Theory, Engines]
    public async Task What_is_used_is_not_removed_silently(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        var tags = new Dictionary<string, string[]> { ["Country"] = ["Sweden"], ["Use"] = ["Lab", "Production"] };
        await world.PlaceAsync("One", tags);
        await world.PlaceAsync("Two", tags);
        var country = $"{world.Account.Api}/tags/{world.Country}";
        var refused = await world.Api.CallAsync(HttpMethod.Put, country, new { name = "Country", required = true, values = new[] { "Norway", "Finland" } });
        Assert.Equal("conflict", refused.Code);
        Assert.Contains("2 virtual accounts have the value \"Sweden\"", refused.Detail, StringComparison.Ordinal);
        var single = await world.Api.CallAsync(HttpMethod.Put, $"{world.Account.Api}/tags/{world.Use}", new { name = "Use", values = new[] { "Lab", "Production" } });
        Assert.Contains("2 virtual accounts have several values", single.Detail, StringComparison.Ordinal);
        Assert.Equal(["One", "Two"], await world.NamesAsync("tag=Country:Sweden"));

        var body = new { name = "Land", values = new[] { "Finland", "norway" }, removeUsed = true };
        Assert.Equal(HttpStatusCode.OK, (await world.Api.CallAsync(HttpMethod.Put, country, body)).Status);
        Assert.Empty(await world.NamesAsync("tag=Country:Sweden"));
        Assert.Equal("conflict", (await world.Api.CallAsync(HttpMethod.Delete, $"{world.Account.Api}/tags/{world.Use}")).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.CallAsync(HttpMethod.Delete, $"{world.Account.Api}/tags/{world.Use}?removeUsed=true")).Status);
        var left = (await world.Api.GetJsonAsync($"{world.Account.Api}/tags")).Items.Single();
        Assert.Equal("Land", left.GetProperty("name").GetString());
        Assert.Equal(["Finland", "norway"], left.GetProperty("values").EnumerateArray().Select(value => value.GetProperty("value").GetString()));
        Assert.Contains(await world.EventsAsync(), message => message.StartsWith("The custom tag \"Use\" was removed and taken off 2", StringComparison.Ordinal));
    }

    [Theory, Engines]
    public async Task Definitions_are_judged_and_belong_to_administrators(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        foreach (var (code, body) in new (string, object)[]
        {
            ("already-exists", new { name = "COUNTRY", values = new[] { "x" } }),
            ("already-exists", new { name = "Double", values = new[] { "x", "X " } }),
            ("invalid-input", new { name = "a:b", values = new[] { "x" } }),
            ("invalid-input", new { name = "Empty", values = Array.Empty<string>() }),
            ("invalid-input", new { name = "", values = new[] { "x" } }),
            ("invalid-input", new { name = "Blank", values = new[] { " " } }),
        })
        {
            Assert.Equal(code, (await world.Api.PostJsonAsync($"{world.Account.Api}/tags", body)).Code);
        }

        var user = await world.Installation.People.ApiAsync(world.Account, Role.SmartAccountUser);
        Assert.Equal(HttpStatusCode.Forbidden, (await user.PostJsonAsync($"{world.Account.Api}/tags", new { name = "New", values = new[] { "x" } })).Status);
        Assert.Equal(2, (await user.GetJsonAsync($"{world.Account.Api}/tags")).Items.Count);
    }

    [Theory, Engines]
    public async Task A_limited_use_account_has_none(Engine engine)
    {
        await using var world = await World.MakeAsync(engine);
        await using (var db = world.Installation.Database.Open())
        {
            (await db.Accounts.SingleAsync(row => row.Id == world.Account.Id, Stop)).Type = AccountType.LimitedUse;
            await db.SaveChangesAsync(Stop);
        }

        Assert.Equal("account-type-forbids", (await world.Api.PostJsonAsync($"{world.Account.Api}/tags", new { name = "New", values = new[] { "x" } })).Code);
    }

    private sealed record World(TestInstallation Installation, TestAccount Account, HttpClient Api, long Country, long Use) : IAsyncDisposable
    {
        public static async Task<World> MakeAsync(Engine engine)
        {
            var installation = await TestInstallation.StartAsync(engine);
            var account = await installation.People.AccountAsync();
            var api = await installation.People.ApiAsync(account);
            var country = await api.PostJsonAsync($"{account.Api}/tags", new { name = "Country", required = true, values = new[] { "Sweden", "Norway" } });
            var use = await api.PostJsonAsync($"{account.Api}/tags", new { name = "Use", multiple = true, values = new[] { "Lab", "Production" } });
            return new World(installation, account, api, country.Id, use.Id);
        }

        public Task<ApiAnswer> PlaceAsync(string name, Dictionary<string, string[]> tags) => Api.PostJsonAsync($"{Account.Api}/virtual-accounts", new { name, tags });

        public async Task<IReadOnlyList<string>> NamesAsync(string query) =>
            [.. (await Api.GetJsonAsync($"{Account.Api}/virtual-accounts?{query}")).Items.Select(row => row.GetProperty("name").GetString()!)];

        public async Task<IReadOnlyList<string>> EventsAsync()
        {
            await using var db = Installation.Database.Read(Account.Id);
            return await db.Events.Where(row => row.AccountId == Account.Id).Select(row => row.Message).ToListAsync(Stop);
        }

        public ValueTask DisposeAsync() => Installation.DisposeAsync();
    }
}
