using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.Store;
using Purser.Tests.Devices;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Inventory;

/// <summary>The number of product instances above the tabs: exact up to 10,000; that there are more is known for ten seconds.</summary>
[Trait("Feature", "PI-04")]
public sealed class InventoryFiguresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task That_there_are_more_than_are_counted_is_known_for_ten_seconds_and_a_number_never(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var account = await installation.People.AccountAsync();
        await BulkDevices.InsertAsync(installation, account.Id, account.DefaultVirtualAccountId, RowCount.Exact);
        Assert.Equal(new RowCount(10_000), await CountAsync(installation, account));
        await BulkDevices.InsertAsync(installation, account.Id, account.DefaultVirtualAccountId, 1, from: RowCount.Exact);
        Assert.Equal(new RowCount(10_000, More: true), await CountAsync(installation, account));

        // Not asked again before ten seconds have passed.
        await RemoveAsync(installation, account, 2);
        installation.Machine.Offset += TimeSpan.FromSeconds(5);
        Assert.Equal(new RowCount(10_000, More: true), await CountAsync(installation, account));
        installation.Machine.Offset += TimeSpan.FromSeconds(5);
        Assert.Equal(new RowCount(9_999), await CountAsync(installation, account));
        await RemoveAsync(installation, account, 1);
        Assert.Equal(new RowCount(9_998), await CountAsync(installation, account));
    }

    private static async Task<RowCount> CountAsync(TestInstallation installation, TestAccount account) =>
        (await installation.Get<InventoryFigures>().HandleAsync(account.Id, account.DefaultVirtualAccountId, Stop)).Devices;

    private static Task RemoveAsync(TestInstallation installation, TestAccount account, int count) => installation.Database.WriteAsync(
        db => db.Devices.Where(row => row.AccountId == account.Id).OrderBy(row => row.Id).Take(count).ExecuteDeleteAsync(Stop), Stop);
}
