using Microsoft.EntityFrameworkCore;
using Purser.Server.Audit;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;

namespace Purser.Tests.Commands;

/// <summary>What one statement does to very many rows stands in the audit row by row, in entries of bounded size.</summary>
[Trait("Feature", "SA-16")]
public sealed class MassChangeTests
{
    private const int Devices = 13_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    public async Task Every_row_is_named_once_in_the_log_of_both_accounts(Engine engine)
    {
        await using var installation = await TestInstallation.StartAsync(engine);
        var from = await installation.People.AccountAsync();
        var into = await installation.People.AccountAsync("other.example");

        // Every second number, and three in a row at the end.
        var made = Enumerable.Range(1, Devices).Select(number => 2L * number).Concat([(2L * Devices) + 1, (2L * Devices) + 2]).ToList();
        await installation.Database.WriteAsync(db =>
        {
            db.Devices.AddRange(made.Select(id => Row(from, id)));
            return Task.CompletedTask;
        });
        var verdict = await installation.WritePath.RunAsync<Done>(new Command("test.move", Actor.System, "all") { Accounts = [from.Id, into.Id] }, async scope =>
        {
            await MassChange.MoveAsync(scope, scope.Db.Devices.Where(row => row.AccountId == from.Id), row => row.Id, from.Id, into.Id, Stop);
            return Verdict.Done;
        }, Stop);
        Assert.True(verdict.IsOk);

        await using var db = installation.Database.Read();
        Assert.Equal(made.Count, await db.Devices.CountAsync(row => row.AccountId == into.Id, Stop));
        foreach (var account in new[] { from, into })
        {
            var entries = await db.AuditEntries.Where(row => row.Command == "test.move" && row.AccountId == account.Id).OrderBy(row => row.Seq).ToListAsync(Stop);
            Assert.Equal(["\"all\"", $"{{\"continues\":{entries[0].Seq}}}", $"{{\"continues\":{entries[0].Seq}}}"], entries.Select(entry => entry.Input));
            var changes = entries.SelectMany(entry => System.Text.Json.JsonDocument.Parse(entry.Changes).RootElement.EnumerateArray()).ToList();
            Assert.All(changes, change => Assert.Equal((from.Id, into.Id), (Account(change, "before"), Account(change, "after"))));
            var keys = changes.SelectMany(change => change.GetProperty("keys").EnumerateArray().Select(key => key.GetString()!)).ToList();
            Assert.Equal($"{2 * Devices}-{(2 * Devices) + 2}", keys[^1]);
            Assert.Equal(made.Take(Devices - 1).Select(id => $"{id}"), keys.SkipLast(1));
            Assert.All(entries, entry => Assert.InRange(entry.Changes.Length, 1, 100_000));
        }

        Assert.True((await installation.Get<AuditBook>().HandleAsync(Stop)).Findings.All(finding => !finding.ToString()!.Contains("audit entry", StringComparison.Ordinal)));
    }

    private static long Account(System.Text.Json.JsonElement change, string side) => change.GetProperty(side).GetProperty("accountId").GetInt64();

    private static Device Row(TestAccount account, long id) => new()
    {
        AccountId = account.Id,
        Id = id,
        VirtualAccountId = account.DefaultVirtualAccountId,
        ProductId = 1,
        Piid = $"piid-{id}",
        UdiPid = "NW-9300",
        UdiSerialNumber = $"SN{id}",
        DisplayName = $"device-{id}",
        SearchText = $"DEVICE-{id}",
        RegisteredAt = TestInstallation.Start,
        LastContactAt = TestInstallation.Start,
        AuthorizedAt = TestInstallation.Start,
        CertificateSerial = $"{id}",
        CertificateEndsAt = TestInstallation.Start.AddDays(365),
        KeyFingerprint = [1],
    };
}
