using System.Net;
using System.Text.Json;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Licenses;

/// <summary>Tags of licenses and license transactions: put on, taken off, renamed, deleted, searched by, lost and taken along (help ch. 4; domain rules 3.4).</summary>
[Trait("Feature", "LI-06")]
public sealed class LicenseTagTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Tags_are_put_on_both_levels_and_counted_apart(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var line = (await world.LinesAsync())[0].GetProperty("id").GetInt64();
        var added = await world.AddAsync(new { licenses = new[] { world.Advantage, world.Essentials }, lines = new[] { line }, newTags = new[] { "Core, edge ,CORE", "naïve 🚀", "nai\u0308ve 🚀" } });
        Assert.Equal((HttpStatusCode.OK, 2, 1), (added.Status, added.Json.GetProperty("licenses").GetInt32(), added.Json.GetProperty("lines").GetInt32()));
        Assert.Equal("Core 2/1, edge 2/1, naïve 🚀 2/1", await world.TagsAsync());
        Assert.Equal(["Core", "edge", "naïve 🚀"], Names((await world.LicensesAsync())[0].GetProperty("tags")));
        Assert.Equal(["Core", "edge", "naïve 🚀"], Names((await world.LinesAsync())[0].GetProperty("tags")));

        // What has the tag already is not changed; a tag is named in any case.
        var again = await world.AddAsync(new { licenses = new[] { world.Advantage }, tags = new[] { "CORE" } });
        Assert.Equal(0, again.Json.GetProperty("licenses").GetInt32());
        var family = await world.AddAsync(new { licenses = new[] { world.Essentials }, newTags = new[] { "👨\u200D👩\u200D👧" } });
        Assert.Equal(HttpStatusCode.OK, family.Status);
        await world.RemoveAsync(new { licenses = new[] { world.Essentials }, tags = new[] { "👨\u200D👩\u200D👧" } });
        await world.RemoveAsync(new { licenses = new[] { world.Essentials }, tags = new[] { "core", "EDGE" } });
        Assert.Equal("Core 1/1, edge 1/1, naïve 🚀 2/1", (await world.TagsAsync()).Replace(", 👨\u200D👩\u200D👧 0/0", "", StringComparison.Ordinal));
    }

    [Theory, Engines]
    public async Task What_cannot_be_a_tag_is_refused_with_the_reason_and_nothing_is_half_done(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.AddAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { "Core" } });
        await RefusedAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { "other, cORE" } }, "already-exists", "There is a tag \"cORE\" in this virtual account already");
        await RefusedAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { new string('x', 500) } }, "invalid-input", "at most 60 characters");
        await RefusedAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { " , ," } }, "invalid-input", "at least one tag");
        foreach (var unseen in new[] { "two\nlines", "turned\u202Eround", "\u200B", "Core\u200B", "\u200D" })
        {
            await RefusedAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { unseen } }, "invalid-input", "one line of characters that can be seen");
        }

        await RefusedAsync(new { licenses = new[] { world.Advantage }, tags = new[] { "gone" } }, "not-found", "renamed or deleted");
        await RefusedAsync(new { tags = new[] { "Core" } }, "invalid-input", "Choose 1 to");
        await RefusedAsync(new { licenses = new[] { 999_999L }, tags = new[] { "Core" } }, "not-found", "does not lie in this virtual account");
        await RefusedAsync(new { licenses = new[] { world.Advantage }, lines = new[] { 999_999L }, newTags = new[] { "new" } }, "not-found", "does not lie in this virtual account");
        Assert.Equal("Core 1/0", await world.TagsAsync());

        async Task RefusedAsync(object body, string code, string words)
        {
            var answer = await world.AddAsync(body);
            Assert.Equal(code, answer.Code);
            Assert.Contains(words, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        }
    }

    [Theory, Engines]
    public async Task A_tag_is_renamed_and_deleted_everywhere(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        await world.AddAsync(new { licenses = new[] { world.Advantage, world.Essentials }, newTags = new[] { "a, b" } });
        var tags = (await world.Api.GetJsonAsync($"{world.Path}/license-tags")).Items;
        var (a, b) = ($"{world.Path}/license-tags/{tags[0].GetProperty("id")}", $"{world.Path}/license-tags/{tags[1].GetProperty("id")}");
        Assert.Equal("already-exists", (await world.Api.CallAsync(HttpMethod.Put, a, new { name = "B" })).Code);
        Assert.Equal("invalid-input", (await world.Api.CallAsync(HttpMethod.Put, a, new { name = "a,c" })).Code);
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.CallAsync(HttpMethod.Put, a, new { name = "A" })).Status);
        Assert.Equal("A 2/0, b 2/0", await world.TagsAsync());
        Assert.Equal(HttpStatusCode.NoContent, (await world.Api.CallAsync(HttpMethod.Delete, b)).Status);
        Assert.Equal("A 2/0", await world.TagsAsync());
        Assert.Equal(HttpStatusCode.NotFound, (await world.Api.CallAsync(HttpMethod.Delete, b)).Status);

        // Not in another virtual account, and not for those who only read.
        var elsewhere = a.Replace($"/{world.A}/", $"/{world.B}/", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Api.CallAsync(HttpMethod.Put, elsewhere, new { name = "x" })).Status);
        using var viewer = await installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.CallAsync(HttpMethod.Delete, a)).Status);
    }

    [Theory, Engines, Trait("Feature", "LI-07")]
    public async Task Licenses_are_found_by_all_or_any_of_several_tags_at_the_level_that_is_shown(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var line = (await world.LinesAsync($"?license={world.Essentials}"))[0].GetProperty("id").GetInt64();
        await world.AddAsync(new { licenses = new[] { world.Advantage, world.Essentials }, newTags = new[] { "a" } });
        await world.AddAsync(new { licenses = new[] { world.Advantage }, newTags = new[] { "b" } });
        await world.AddAsync(new { lines = new[] { line }, newTags = new[] { "c" } });
        Assert.Equal(["Advantage", "Essentials"], await world.FoundAsync("?tag=A"));
        Assert.Equal(["Advantage"], await world.FoundAsync("?tag=a,B"));
        Assert.Equal(["Advantage", "Essentials"], await world.FoundAsync("?tag=b,a&anyTag=true"));
        Assert.Empty(await world.FoundAsync("?tag=c"));
        Assert.Equal(["Essentials"], await world.FoundAsync("?tag=c&details=true"));
        Assert.Empty(await world.FoundAsync("?tag=unknown"));
    }

    [Theory, Engines, Trait("Feature", "LI-05")]
    public async Task What_leaves_entirely_loses_its_tags_unless_they_are_taken_along(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var lines = (await world.LinesAsync($"?license={world.Advantage}")).Select(row => row.GetProperty("id").GetInt64()).ToList();
        await world.AddAsync(new { licenses = new[] { world.Advantage, world.Essentials }, lines, newTags = new[] { "core" } });
        Assert.Equal("core 2/2", await world.TagsAsync());

        // A part of a line goes: nothing is lost. The line goes: its own tag is. All lines go: the license's too.
        await world.TransferAsync([new("Advantage", 1) { LineId = lines[0] }]);
        Assert.Equal("core 2/2", await world.TagsAsync());
        await world.TransferAsync([new("Advantage", 3) { LineId = lines[0] }]);
        Assert.Equal("core 2/1", await world.TagsAsync());
        await world.TransferAsync([new("Advantage", 6)]);
        Assert.Equal("core 1/0", await world.TagsAsync());
        Assert.Equal("", await world.TagsAsync(world.B));

        await world.TransferAsync([new("Essentials", 5)], travel: true);
        Assert.Equal(("core 0/0", "core 1/0"), (await world.TagsAsync(), await world.TagsAsync(world.B)));
        await world.AssertCleanAsync();
    }

    [Theory, Engines, Trait("Feature", "LI-05")]
    public async Task Transactions_are_transferred_each_by_itself_within_what_it_has(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var world = await World.MakeAsync(installation);
        var lines = (await world.LinesAsync($"?license={world.Advantage}")).Select(row => row.GetProperty("id").GetInt64()).ToList();
        var tooMany = await world.TryTransferAsync([new("Advantage", 5) { LineId = lines[0] }], false);
        Assert.Equal(RefusalCode.NotEnoughAvailable, tooMany.Refusal!.Code);
        Assert.True((await world.TryTransferAsync([new("Advantage", 2) { LineId = lines[0] }, new("Advantage", 6) { LineId = lines[1] }, new("Essentials", 1)], false)).IsOk);
        Assert.Equal(["2 | 0 | +2", "8 | 0 | +8"], [await world.Stock.RowAsync("A"), await world.Stock.RowAsync("B")]);
        var left = Assert.Single(await world.LinesAsync($"?license={world.Advantage}"));
        Assert.Equal((lines[0], 2L), (left.GetProperty("id").GetInt64(), left.GetProperty("quantity").GetInt64()));
        await world.AssertCleanAsync();
    }

    private static List<string> Names(JsonElement tags) => [.. tags.EnumerateArray().Select(tag => tag.GetString()!)];

    /// <summary>Advantage 4 + 6 and Essentials 5 in A, nothing in B.</summary>
    private sealed record World(TestInstallation Installation, TestStock Stock, HttpClient Api, long A, long B, long Advantage, long Essentials)
    {
        public string Path => $"{Stock.Account.Api}/virtual-accounts/{A}";

        public static async Task<World> MakeAsync(TestInstallation installation)
        {
            var stock = await TestStock.MakeAsync(installation, licenses: ["Advantage", "Essentials"]);
            await stock.DepositAsync("A", 4);
            await stock.DepositAsync("A", 6);
            await stock.DepositAsync("A", 5, license: "Essentials");
            return new World(
                installation, stock, await installation.People.ApiAsync(stock.Account), await stock.PlaceAsync("A"), await stock.PlaceAsync("B"), await stock.LicenseAsync(),
                await stock.LicenseAsync("Essentials"));
        }

        public Task<ApiAnswer> AddAsync(object body) => Api.PostJsonAsync($"{Path}/license-tags/add", body);

        public Task<ApiAnswer> RemoveAsync(object body) => Api.PostJsonAsync($"{Path}/license-tags/remove", body);

        public async Task<IReadOnlyList<JsonElement>> LinesAsync(string query = "") => (await Api.GetJsonAsync($"{Path}/license-transactions{query}")).Items;

        public async Task<IReadOnlyList<JsonElement>> LicensesAsync(string query = "") => (await Api.GetJsonAsync($"{Path}/licenses{query}")).Items;

        public async Task<IEnumerable<string>> FoundAsync(string query) => (await LicensesAsync(query)).Select(row => row.GetProperty("license").GetString()!);

        /// <summary>"core 2/1": name, licenses, license transactions.</summary>
        public async Task<string> TagsAsync(long? virtualAccount = null) => string.Join(", ", (await Api.GetJsonAsync($"{Stock.Account.Api}/virtual-accounts/{virtualAccount ?? A}/license-tags")).Items
            .Select(tag => $"{tag.GetProperty("name").GetString()} {tag.GetProperty("licenses")}/{tag.GetProperty("lines")}"));

        public async Task TransferAsync(IReadOnlyList<TransferLicenses.Row> rows, bool travel = false)
        {
            var done = await TryTransferAsync(rows, travel);
            Assert.True(done.IsOk, done.Refusal?.Detail);
        }

        public Task<Verdict<TransferLicenses.Answer>> TryTransferAsync(IReadOnlyList<TransferLicenses.Row> rows, bool travel)
        {
            var input = new TransferLicenses.Input(A, B, rows) { TagsTravel = travel };
            return Installation.Get<TransferLicenses>().HandleAsync(new Command(TransferLicenses.Name, Actor.System, input) { Accounts = [Stock.Account.Id] }, input, Stop);
        }

        public async Task AssertCleanAsync()
        {
            var report = await Installation.Get<AuditBook>().HandleAsync(Stop);
            Assert.True(report.IsClean, string.Join('\n', report.Findings));
        }
    }
}
