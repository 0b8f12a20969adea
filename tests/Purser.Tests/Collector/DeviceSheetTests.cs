using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Devices;
using Purser.Cli.Collector.Store;

namespace Purser.Tests.Collector;

/// <summary>The sheet of product instances: all of it or nothing.</summary>
[Trait("Feature", "SP-05")]
public sealed class DeviceSheetTests : IDisposable
{
    private const string Header = "pid,serial_number,hostname,virtual_account,method,address,user,password,certificate\n";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("purser-sheet-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "no product instance")]
    [InlineData("pid,serial\nA,1\n", "a column 'serial'")]
    [InlineData("pid,pid\nA,1\n", "stands twice")]
    [InlineData(Header + "A,,,,push,,,,\n", "line 2: pid and serial_number go together")]
    [InlineData(Header + "A B,1,,,push,,,,\n", "without blanks")]
    [InlineData(Header + "A,1,,,carrier pigeon,,,,\n", "'carrier pigeon' is no method")]
    [InlineData(Header + "A,1,,,restconf,,admin,secret,\n", "needs an address")]
    [InlineData(Header + "A,1,,,restconf,http://switch.example,admin,secret,\n", "would travel unencrypted")]
    [InlineData(Header + "A,1,,,restconf,https://switch.example/path,admin,secret,\n", "is no address")]
    [InlineData(Header + ",,,,push,,,,\n", "needs its pid and serial_number")]
    [InlineData(Header + "A,1,,,restconf,switch.example,admin,secret,abc\n", "64 hex digits")]
    [InlineData(Header + "A,1,,,push,,,,\nB,2,,,push,,,,\nA,1,,,push,,,,\n", "line 4: PID:A,SN:1 stands in line 2 already")]
    [InlineData(Header + "A,1\n", "line 2: it has 2 cells")]
    public async Task What_cannot_be_names_its_line_and_nothing_is_taken(string sheet, string problem)
    {
        var store = await CollectorStore.OpenAsync(folder.FullName, TimeProvider.System, Stop);
        var done = await new ImportDevices(store).RunAsync(sheet, Stop);
        Assert.Contains(problem, string.Join('\n', done.Problems), StringComparison.Ordinal);
        await using var db = store.Open();
        Assert.Equal(0, await db.Devices.CountAsync(Stop));
    }

    [Fact]
    public async Task A_sheet_is_taken_again_and_changes_what_it_says()
    {
        var store = await CollectorStore.OpenAsync(folder.FullName, TimeProvider.System, Stop);
        var import = new ImportDevices(store);
        var pin = new string('a', 64);
        Assert.Equal((2, 0), Figures(await import.RunAsync(Header + $"A,1,edge-1,Sales,restconf,switch.example:8443,admin,correct horse battery,{pin}\n,,,,rest,https://10.0.0.7,admin,\"a,b\"\"c\",\n", Stop)));
        Assert.Equal((0, 1), Figures(await import.RunAsync(Header + "A,1,,,restconf,switch.example:8443,,,\n", Stop)));

        await using var db = store.Open();
        var devices = await db.Devices.OrderBy(device => device.Id).ToListAsync(Stop);
        Assert.Equal(("edge-1", "", "https://switch.example:8443", null), (devices[0].Hostname, devices[0].VirtualAccount, devices[0].Address, devices[0].Certificate));
        Assert.Equal(["correct horse battery", "a,b\"c"], devices.Select(device => store.Unprotect(device.Password!)));
        Assert.DoesNotContain("horse", devices[0].Password, StringComparison.Ordinal);
        Assert.All(devices, device => Assert.NotNull(device.NextPullAt));
    }

    [Fact]
    public async Task A_product_instance_is_forgotten_when_nothing_of_it_is_open()
    {
        var store = await CollectorStore.OpenAsync(folder.FullName, TimeProvider.System, Stop);
        await new ImportDevices(store).RunAsync(Header + "A,1,edge-1,,push,,,,\nB,2,edge-2,,push,,,,\n", Stop);
        var remove = new RemoveDevice(store);
        var device = Assert.Single(await remove.FindAsync("edge-1", Stop));
        Assert.Equal(device.Id, Assert.Single(await remove.FindAsync("P:A,S:1", Stop)).Id);
        Assert.Empty(await remove.FindAsync("edge", Stop));
        await AddFileAsync(FileState.Exported, null);
        Assert.Contains("has not answered", await remove.RunAsync(device.Id, Stop), StringComparison.Ordinal);
        await ChangeFileAsync(FileState.Answered, store.Now);
        Assert.Contains("could not be brought", await remove.RunAsync(device.Id, Stop), StringComparison.Ordinal);
        await ChangeFileAsync(FileState.Answered, store.Now, failures: 1);

        Assert.Null(await remove.RunAsync(device.Id, Stop));
        Assert.Contains("no such", await remove.RunAsync(device.Id, Stop), StringComparison.Ordinal);

        await using var db = store.Open();
        Assert.Equal((1, 0), (await db.Devices.CountAsync(Stop), await db.Files.CountAsync(Stop)));

        Task AddFileAsync(FileState state, DateTimeOffset? nextDelivery) => store.ChangeAsync(
            db => Task.FromResult(db.Files.Add(new CarriedFile { DeviceId = device.Id, Name = "f", Text = "t", Digest = "d", PollId = "p", TakenAt = store.Now, State = state, NextDeliveryAt = nextDelivery })), Stop);

        Task ChangeFileAsync(FileState state, DateTimeOffset? nextDelivery, int failures = 0) => store.ChangeAsync(
            async db =>
            {
                var file = await db.Files.SingleAsync(Stop);
                (file.State, file.NextDeliveryAt, file.DeliveryFailures) = (state, nextDelivery, failures);
                return true;
            },
            Stop);
    }

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        folder.Delete(recursive: true);
    }

    private static (int Added, int Changed) Figures(ImportDevices.Result result) => (result.Added, result.Changed);
}
