using Microsoft.AspNetCore.Http;
using Purser.Server.Accounts;
using Purser.Server.Http;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Http;

public sealed class PagingTests
{
    private static readonly Keyset<VirtualAccount> ByLevelThenName =
        Keyset.Descending((VirtualAccount row) => row.Level).Then(row => row.NameKey).Then(row => row.CreatedAt).Then(row => row.Id);

    [Theory, Engines]
    public async Task Walking_forwards_and_back_meets_every_row_once(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var estate = await BareEstate.MakeAsync(installation, [.. Enumerable.Range(0, 23).Select(number => $"Lab {number * 7 % 23:00}")]);
        await using var db = installation.Database.Read(estate.AccountId);
        var expected = estate.VirtualAccounts.Keys.Order(StringComparer.Ordinal).ToList();

        var seen = new List<string>();
        var pages = new List<Page<VirtualAccount>>();
        string? after = null;
        do
        {
            var page = await db.VirtualAccounts.ToPageAsync(ByLevelThenName, new PageRequest { Limit = 5, After = after }, TestContext.Current.CancellationToken);
            Assert.Equal(23, page.Total!.Count);
            pages.Add(page);
            seen.AddRange(page.Items.Select(row => row.Name));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(expected, seen);
        Assert.Null(pages[0].Previous);
        Assert.NotNull(pages[1].Previous);

        var back = await db.VirtualAccounts.ToPageAsync(
            ByLevelThenName, new PageRequest { Limit = 5, Before = pages[2].Previous }, TestContext.Current.CancellationToken);
        Assert.Equal(pages[1].Items.Select(row => row.Id), back.Items.Select(row => row.Id));
        Assert.NotNull(back.Previous);
        Assert.NotNull(back.Next);

        var beyond = await db.VirtualAccounts.ToPageAsync(
            ByLevelThenName, new PageRequest { After = Cursor.Write([0, "ZZZ", installation.Clock.Now, 99999999L]) }, TestContext.Current.CancellationToken);
        Assert.Empty(beyond.Items);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("W10")]
    [InlineData("WyJhIiwiYiIsImMiLCJkIl0")]
    [InlineData("eyJhIjoxfQ")]
    [InlineData("%%%")]
    public void A_cursor_of_another_list_is_a_bad_request(string cursor) => Assert.Throws<BadHttpRequestException>(
        () => ByLevelThenName.Slice(Array.Empty<VirtualAccount>().AsQueryable(), new PageRequest { After = cursor }));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(501)]
    public void A_limit_out_of_range_is_a_bad_request(int limit) => Assert.Throws<BadHttpRequestException>(() => new PageRequest(Limit: limit).Size);

    [Fact]
    public void A_list_in_memory_pages_the_same_way()
    {
        string[] names = ["delta", "Alpha", "charlie", "bravo", "Echo"];
        var first = names.ToPage(name => name, new PageRequest(Limit: 2));
        var second = names.ToPage(name => name, new PageRequest(After: first.Next, Limit: 2));
        var third = names.ToPage(name => name, new PageRequest(After: second.Next, Limit: 2));
        Assert.Equal(["Alpha", "bravo", "charlie", "delta", "Echo"], first.Items.Concat(second.Items).Concat(third.Items));
        Assert.Null(third.Next);
        Assert.Equal(["charlie", "delta"], names.ToPage(name => name, new PageRequest(Before: third.Previous, Limit: 2)).Items);
    }

    [Fact]
    public void A_count_is_exact_up_to_ten_thousand_and_then_more_than()
    {
        Assert.Equal(new RowCount(10_000, false), RowCount.Of(10_000));
        Assert.Equal(new RowCount(10_000, true), RowCount.Of(10_001));
    }
}
