using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Accounts;

[Trait("Feature", "SA-06")]
public sealed class VirtualAccountTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task A_virtual_account_is_created_renamed_and_removed_with_its_events(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var created = await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Branch", accessLevel = "Private" });
        Assert.Equal(HttpStatusCode.Created, created.Status);
        var path = $"{account.Api}/virtual-accounts/{created.Id}";
        Assert.Equal("already-exists", (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "BRANCH" })).Code);
        Assert.Equal(HttpStatusCode.OK, (await api.CallAsync(HttpMethod.Patch, path, new { name = "Main branch" })).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetJsonAsync(path)).Status);

        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(
            [
                "The Virtual Account \"Branch\" was created.",
                "The Virtual Account \"Branch\" was renamed to \"Main branch\".",
                "The Virtual Account \"Main branch\" was removed.",
            ],
            await db.Events.Where(row => row.OtherVirtualAccountId == created.Id).OrderBy(row => row.Seq).Select(row => row.Message).ToListAsync(Stop));
    }

    [Theory, Engines]
    public async Task Ten_levels_are_the_end_also_for_a_moved_subtree(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var chain = new List<long>();
        for (var level = 1; level <= 10; level++)
        {
            var answer = await api.PostJsonAsync(
                $"{account.Api}/virtual-accounts", new { name = $"Level {level}", parentId = chain.Count == 0 ? (long?)null : chain[^1] });
            Assert.Equal(level, answer.Json.GetProperty("level").GetInt32());
            chain.Add(answer.Id);
        }

        Assert.Equal("nesting-too-deep", (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Level 11", parentId = chain[9] })).Code);
        Assert.Equal("nesting-cycle", await MoveAsync(chain[0], chain[5]));
        Assert.Equal("nesting-cycle", await MoveAsync(chain[2], chain[2]));
        var top = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Top" })).Id;
        Assert.Equal("nesting-too-deep", await MoveAsync(chain[0], top));
        Assert.Equal("", await MoveAsync(chain[1], top));
        Assert.Equal("", await MoveAsync(chain[5], null));

        await using var db = installation.Database.Read(account.Id);
        var levels = await db.VirtualAccounts.ToDictionaryAsync(row => row.Id, row => row.Level, Stop);
        Assert.Equal([1, 2, 3, 4, 5, 1, 2, 3, 4, 5], chain.Select(id => levels[id]));

        async Task<string> MoveAsync(long id, long? parentId) =>
            (await api.CallAsync(HttpMethod.Put, $"{account.Api}/virtual-accounts/{id}/parent", new { parentId })).Code;
    }

    [Theory, Engines]
    public async Task The_default_moves_and_is_never_deleted(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var first = $"{account.Api}/virtual-accounts/{account.DefaultVirtualAccountId}";
        Assert.Equal("virtual-account-is-default", (await api.CallAsync(HttpMethod.Delete, first)).Code);
        var other = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Other" })).Id;
        Assert.Equal(HttpStatusCode.OK, (await api.PostJsonAsync($"{account.Api}/virtual-accounts/{other}/default")).Status);
        await using var db = installation.Database.Read(account.Id);
        Assert.Equal(other, (await db.VirtualAccounts.SingleAsync(row => row.IsDefault, Stop)).Id);
        Assert.Equal(HttpStatusCode.NoContent, (await api.CallAsync(HttpMethod.Delete, first)).Status);
    }

    [Theory, Engines]
    public async Task What_is_not_empty_stays_and_the_refusal_says_why(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var parent = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Parent" })).Id;
        await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Child", parentId = parent });
        var token = await api.PostJsonAsync($"{account.Api}/tokens", new { virtualAccountIds = new[] { parent }, termsAccepted = true });
        var refused = await api.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{parent}");
        Assert.Equal("virtual-account-not-empty", refused.Code);
        Assert.Contains("1 nested virtual account, 1 registration token that still works", refused.Detail, StringComparison.Ordinal);

        await api.PostJsonAsync($"{account.Api}/tokens/{token.Json.GetProperty("tokens")[0].GetProperty("id").GetInt64()}/revoke");
        refused = await api.CallAsync(HttpMethod.Delete, $"{account.Api}/virtual-accounts/{parent}");
        Assert.DoesNotContain("token", refused.Detail, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task Administrators_of_a_virtual_account_work_below_their_own_only(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        var api = await installation.People.ApiAsync(account);
        var own = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Own" })).Id;
        var other = (await api.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Other" })).Id;
        var limited = await installation.People.ApiAsync(account, Role.VirtualAccountAdministrator, own);
        Assert.Equal("not-allowed", (await limited.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Top" })).Code);
        Assert.Equal("not-allowed", (await limited.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "There", parentId = other })).Code);
        var nested = await limited.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Nested", parentId = own });
        Assert.Equal(HttpStatusCode.Created, nested.Status);
        Assert.Equal(HttpStatusCode.Created, (await limited.PostJsonAsync($"{account.Api}/virtual-accounts", new { name = "Deeper", parentId = nested.Id })).Status);
        Assert.Equal("not-allowed", (await limited.CallAsync(HttpMethod.Patch, $"{account.Api}/virtual-accounts/{own}", new { name = "Mine" })).Code);
        Assert.Equal("not-allowed", (await limited.PostJsonAsync($"{account.Api}/virtual-accounts/{nested.Id}/default")).Code);
        Assert.Equal("not-allowed", (await limited.CallAsync(HttpMethod.Put, $"{account.Api}/virtual-accounts/{nested.Id}/parent", new { parentId = other })).Code);
        Assert.Equal(HttpStatusCode.OK, (await limited.CallAsync(HttpMethod.Patch, $"{account.Api}/virtual-accounts/{nested.Id}", new { name = "Mine" })).Status);

        Assert.Equal(["Deeper", "Mine", "Own"], (await limited.GetJsonAsync($"{account.Api}/virtual-accounts")).Items.Select(item => item.GetProperty("name").GetString()));
        Assert.Equal(HttpStatusCode.Forbidden, (await limited.GetJsonAsync($"{account.Api}/virtual-accounts/{other}")).Status);
    }

    [Theory, Engines]
    public async Task Nothing_of_another_account_can_be_named(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var mine = await installation.People.AccountAsync("mine.example");
        var theirs = await installation.People.AccountAsync("theirs.example");
        var api = await installation.People.ApiAsync(mine);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetJsonAsync($"{theirs.Api}/virtual-accounts")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetJsonAsync($"{mine.Api}/virtual-accounts/{theirs.DefaultVirtualAccountId}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.PostJsonAsync($"{mine.Api}/virtual-accounts", new { name = "X", parentId = theirs.DefaultVirtualAccountId })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await api.CallAsync(HttpMethod.Delete, $"{mine.Api}/virtual-accounts/{theirs.DefaultVirtualAccountId}")).Status);
    }

    [Fact]
    public void A_tree_knows_heights_levels_and_descendants()
    {
        var tree = new VirtualAccountTree([(1, null), (2, 1), (3, 2), (4, 1), (5, null)]);
        Assert.Equal(3, tree.HeightOf(1));
        Assert.Equal(3, tree.LevelOf(3));
        Assert.Equal([1, 2, 3, 4], tree.WithDescendants(1).Order());
        Assert.Equal(1, tree.HeightOf(5));
    }
}
