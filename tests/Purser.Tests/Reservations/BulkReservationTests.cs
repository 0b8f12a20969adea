using System.Net;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Jobs;
using Purser.Server.People;
using Purser.Server.Reservations;
using Purser.Server.Reservations.Bulk;
using Purser.Server.Store;
using Purser.Tests.Infrastructure;
using static Purser.Tests.Reservations.ReservationWorld;

namespace Purser.Tests.Reservations;

/// <summary>"Many devices at once": a file of request codes in, an archive of authorization files out.</summary>
public sealed class BulkReservationTests
{
    private const int Codes = 300;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task Bad_codes_are_refused_alone_and_a_stopped_server_goes_on_where_it_was(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 291);
        await world.Stock.DepositAsync("A", 2, license: "Essentials");
        var used = world.Device();
        await world.ReserveAsync(used, "A", new ReservationWish("Advantage", 1));
        var others = world.Device();
        await ReserveElsewhereAsync(world, others);

        var devices = Enumerable.Range(1, Codes).ToDictionary(number => number, _ => world.Device());
        var codes = devices.ToDictionary(pair => pair.Key, pair => pair.Value.Ask());
        codes[10] = Mistyped(codes[10]);
        codes[20] = codes[20][..^12] + "O" + codes[20][^11..];
        codes[30] = used.Asked;
        codes[40] = others.Ask();
        codes[60] = devices[5].Ask();
        var lines = codes.Select(pair => $"{pair.Value},Advantage,{(pair.Key == 150 ? 1000 : 1)}")
            .Append($"{codes[50]},Advantage,1").Append($"{codes[70]},Essentials,2").Append($"{codes[80]},Essentials,1");
        var batch = await bulk.StartAsync(BatchWorld.Csv(lines));
        Assert.Equal((Codes, ReservationBatchState.Running), (batch.Total, batch.State));

        await bulk.RunPieceAsync(batch);
        var half = await bulk.ShowAsync(batch);
        Assert.Equal((ReservationPiece.Size, Codes - ReservationPiece.Size), (half.Done + half.Refused, half.Waiting));
        var files = await bulk.ArchiveAsync(batch);
        Assert.Equal(half.Done, files.Authorizations.Count);
        Assert.Equal(half.Waiting, files.Results.Count(row => row[4] == "Waiting"));
        await world.AssertCleanAsync();

        await bulk.RunJobAsync();
        Assert.Equal("0 reserved, 0 refused", await bulk.RunJobAsync());
        var whole = await bulk.ShowAsync(batch);
        Assert.Equal((ReservationBatchState.Finished, 290, 10, 0), (whole.State, whole.Done, whole.Refused, whole.Waiting));
        Assert.Equal("291 | 0 (291) | 0", await world.RowAsync());
        Assert.Equal("2 | 0 (2) | 0", await world.RowAsync(license: "Essentials"));
        await AssertReasonsAsync(bulk, batch);
        await world.AssertCleanAsync();

        files = await bulk.ArchiveAsync(batch);
        Assert.Equal(290, files.Authorizations.Count);
        Assert.Equal(Codes + 3, files.Results.Count);
        foreach (var number in new[] { 1, 6, 249, 250, 251 })
        {
            devices[number].Install(files.Authorizations[$"AuthorizationCode_SN_{devices[number].SerialNumber}.txt"]);
            Assert.Equal([("Advantage", 1L, (DateOnly?)null)], devices[number].Grants);
        }

        Assert.Equal([("Advantage", 1L), ("Essentials", 2L)], files.Of(devices[70]).Authorization.Licenses.Select(license => (license.DisplayName, license.Count)).Order());
        await using var db = world.Installation.Database.Read(world.AccountId);
        Assert.Equal(291, await db.Devices.CountAsync(row => row.AccountId == world.AccountId, Stop));
    }

    [Theory, Engines]
    [Trait("Feature", "RS-01")]
    public async Task What_was_refused_for_want_of_licenses_is_tried_again(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 3);
        var devices = Enumerable.Range(0, 5).Select(_ => world.Device()).ToList();
        var batch = await bulk.StartAsync(BatchWorld.Csv(devices.Select(device => $"{device.Ask()},,")), new ReservationWish("Advantage", 1));
        await bulk.RunJobAsync();
        Assert.Equal([4, 5], (await bulk.RefusedAsync(batch)).Keys);
        await world.Stock.DepositAsync("A", 1);
        Assert.Equal((ReservationBatchState.Running, 2), ((await bulk.RetryAsync(batch)).Value.State, (await bulk.ShowAsync(batch)).Waiting));
        await bulk.RunJobAsync();
        Assert.Equal((4, 1), ((await bulk.ShowAsync(batch)).Done, (await bulk.ShowAsync(batch)).Refused));
        Assert.Equal("4 | 0 (4) | 0", await world.RowAsync());
        await world.AssertCleanAsync();

        // A reservation that has ended is in the archive no more.
        var view = await ReservationOfAsync(world, devices[0]);
        devices[0].Install(view.Authorization);
        Ok(await world.ReturnAsync(view, devices[0].Return()));
        var files = await bulk.ArchiveAsync(batch);
        Assert.Equal(["Ended since", "Reserved", "Reserved", "Reserved", "Refused"], files.Results.Select(row => row[4]));
        Assert.Equal(3, files.Authorizations.Count);
    }

    [Theory, Engines]
    public async Task Files_of_spreadsheets_are_read_with_their_own_separators(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 9);
        foreach (var file in new[] { "\uFEFFRequest Code;License;Quantity\r\n{0};Advantage;1\r\n", "Request Code\tLicense\tQuantity\n{0}\tAdvantage\t1\n", "\"Request Code\",\"License\",\"Quantity\"\r\n\"{0}\",\"Advantage\",\"1\"\r\n" })
        {
            var batch = await bulk.StartAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, file, world.Device().Ask()));
            await bulk.RunJobAsync();
            Assert.Equal((1, 0), ((await bulk.ShowAsync(batch)).Done, (await bulk.ShowAsync(batch)).Refused));
        }
    }

    [Theory, Engines]
    public async Task A_batch_is_stopped_and_what_is_reserved_stays(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", Codes);
        var batch = await bulk.StartAsync(BatchWorld.Csv(Enumerable.Range(0, Codes).Select(_ => $"{world.Device().Ask()},Advantage,1")));
        await bulk.RunPieceAsync(batch);
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, batch.VirtualAccountId);
        using var viewer = await world.Installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        var address = $"{world.Stock.Account.Api}/virtual-accounts/{batch.VirtualAccountId}/reservation-batches/{batch.Id}/stop";
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.PostJsonAsync(address)).Status);
        Assert.Equal("Finished", (await http.PostJsonAsync(address)).Json.GetProperty("state").GetString());
        Assert.Equal("conflict", (await http.PostJsonAsync(address)).Code);

        Assert.Equal("0 reserved, 0 refused", await bulk.RunJobAsync());
        var reasons = await bulk.RefusedAsync(batch);
        Assert.Equal(Codes - ReservationPiece.Size, reasons.Count);
        Assert.All(reasons.Values, reason => Assert.Contains("stopped the batch before the turn", reason, StringComparison.Ordinal));
        Assert.Equal($"{Codes} | 0 ({ReservationPiece.Size}) | +{Codes - ReservationPiece.Size}", await world.RowAsync());

        await bulk.RetryAsync(batch);
        await bulk.RunJobAsync();
        Assert.Equal($"{Codes} | 0 ({Codes}) | 0", await world.RowAsync());
        await world.AssertCleanAsync();
    }

    [Theory, Engines]
    public async Task A_finished_batch_is_deleted_or_forgotten_and_what_is_reserved_stays(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 3);
        var (deleted, forgotten) = (await BeginAsync(), await BeginAsync());
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, deleted.VirtualAccountId);
        using var viewer = await world.Installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        var address = $"{world.Stock.Account.Api}/virtual-accounts/{deleted.VirtualAccountId}/reservation-batches/{deleted.Id}";
        Assert.Contains("Stop it first", (await http.CallAsync(HttpMethod.Delete, address)).Detail, StringComparison.Ordinal);
        await bulk.RunJobAsync();
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.CallAsync(HttpMethod.Delete, address)).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await http.CallAsync(HttpMethod.Delete, address)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetJsonAsync(address)).Status);

        // Not a day too early.
        var forget = world.Installation.Get<ForgetBatches>();
        world.Installation.Advance(TimeSpan.FromDays(89));
        var running = await BeginAsync();
        Assert.Equal("0 batches forgotten", await forget.RunAsync(Stop));
        world.Installation.Advance(TimeSpan.FromDays(1));
        Assert.Equal("1 batches forgotten", await forget.RunAsync(Stop));
        await using var db = world.Installation.Database.Read(world.AccountId);
        Assert.Equal([running.Id], await db.ReservationBatches.Select(row => row.Id).ToListAsync(Stop));
        Assert.Equal([running.Id], await db.ReservationBatchItems.Select(row => row.BatchId).ToListAsync(Stop));
        Assert.NotEqual(forgotten.Id, running.Id);
        Assert.Equal("3 | 0 (2) | +1", await world.RowAsync());
        await world.AssertCleanAsync();

        Task<BatchView> BeginAsync() => bulk.StartAsync(BatchWorld.Csv([$"{world.Device().Ask()},Advantage,1"]));
    }

    [Theory, Engines]
    public async Task A_batch_ends_where_its_starter_may_reserve_no_more(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 2);
        var a = await world.Stock.PlaceAsync("A");
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, a);
        var body = new { csv = BatchWorld.Csv([$"{world.Device().Ask()},Advantage,1"]) };
        var started = await http.PostJsonAsync($"{world.Stock.Account.Api}/virtual-accounts/{a}/reservation-batches", body);
        await using (var db = world.Installation.Database.Open())
        {
            await db.RoleGrants.Where(row => row.ClientId != null).ExecuteDeleteAsync(Stop);
        }

        Assert.Equal("0 reserved, 1 refused", await bulk.RunJobAsync());

        var items = await world.Installation.Get<ShowBatches>().ItemsAsync(Actor.System, world.AccountId, a, started.Id, null, new(), Stop);
        Assert.Contains("may not reserve licenses of this virtual account any more", Assert.Single(items.Value.Items).Problem, StringComparison.Ordinal);
        Assert.Equal("2 | 0 | +2", await world.RowAsync());
    }

    [Theory, Engines]
    public async Task A_piece_that_fails_every_time_is_given_up(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        await world.Stock.DepositAsync("A", 2);
        var batch = await bulk.StartAsync(BatchWorld.Csv([$"{world.Device().Ask()},Advantage,1"]));
        await using (var db = world.Installation.Database.Open())
        {
            await db.ReservationBatchItems.ExecuteUpdateAsync(set => set.SetProperty(row => row.Licenses, "no list"), Stop);
        }

        for (var run = 1; run < StopBatch.MostFaults; run++)
        {
            Assert.Contains("1 batches wait", await bulk.RunJobAsync(), StringComparison.Ordinal);
            Assert.Equal(ReservationBatchState.Running, (await bulk.ShowAsync(batch)).State);
        }

        await bulk.RunJobAsync();
        Assert.Equal((ReservationBatchState.Finished, 1), ((await bulk.ShowAsync(batch)).State, (await bulk.ShowAsync(batch)).Refused));
        Assert.Equal("0 reserved, 0 refused", await bulk.RunJobAsync());
    }

    [Theory, Engines]
    public async Task A_file_that_is_not_right_begins_nothing_and_names_the_lines(Engine engine)
    {
        await using var world = await StartAsync(engine);
        var bulk = new BatchWorld(world);
        var code = world.Device().Ask();
        foreach (var (csv, line, said) in new[]
        {
            ("", 1L, "names"),
            ("Code,License\nx,Advantage\n", 1, "Request Code"),
            ("Request Code,Color\nx,red\n", 1, "\"Color\" is not known"),
            ($"Request Code,License,Quantity\n{code},Advantage,1\n{code},Premier,1\n", 3, "no license \"Premier\""),
            ($"Request Code,License,Quantity\n{code},Advantage,0\n", 2, "whole number"),
            ($"Request Code,License,Quantity\n{code},,5\n", 2, "no license"),
            ($"Request Code,License,Quantity\n{code}\n", 2, "fields"),
            ($"Request Code,License,Quantity\n,Advantage,1\n", 2, "no request code"),
            ($"Request Code\n{code}\n", 2, "none was chosen"),
            ($"Request Code,License,Quantity,Product\n{code},Advantage,1,Toaster\n", 2, "no product \"Toaster\""),
            ("Request Code,License,Quantity\n" + string.Concat(Enumerable.Repeat($"{code},Advantage,1\n", BatchFile.MostLines + 1)), 0, "more than 10000 lines"),
        })
        {
            var refusal = (await bulk.TryStartAsync(csv)).Refusal;
            Assert.Equal((RefusalCode.InvalidInput, "csv"), (refusal?.Code, refusal?.Field));
            Assert.Contains(said, refusal!.Detail, StringComparison.Ordinal);
            Assert.Equal(line, refusal.Items?[0].Id ?? 0);
        }

        Assert.Equal(RefusalCode.UnknownEntitlement, (await bulk.TryStartAsync($"Request Code\n{code}\n", new ReservationWish("Premier", 1))).Refusal?.Code);
        await using var db = world.Installation.Database.Read(world.AccountId);
        Assert.False(await db.ReservationBatches.AnyAsync(Stop));
    }

    [Theory, Engines]
    public async Task Only_who_may_reserve_there_starts_sees_and_downloads(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 2);
        var (a, b) = (await world.Stock.PlaceAsync("A"), await world.Stock.PlaceAsync("B"));
        string At(long place) => $"{world.Stock.Account.Api}/virtual-accounts/{place}/reservation-batches";
        var body = new { csv = BatchWorld.Csv([$"{world.Device().Ask()},Advantage,1"]) };
        using var http = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, a);
        var first = await http.CallAsync(HttpMethod.Post, At(a), body, "once");
        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first.Id, (await http.CallAsync(HttpMethod.Post, At(a), body, "once")).Id);
        Assert.Single((await http.GetJsonAsync(At(a))).Items);
        await world.Installation.Get<JobRunner>().RunDueAsync(Stop);
        Assert.Equal("Finished", (await http.GetJsonAsync($"{At(a)}/{first.Id}")).Json.GetProperty("state").GetString());
        Assert.Equal("Done", (await http.GetJsonAsync($"{At(a)}/{first.Id}/items")).Items[0].GetProperty("state").GetString());
        using (var archive = await http.GetAsync(new Uri($"{At(a)}/{first.Id}/archive", UriKind.Relative), Stop))
        {
            Assert.Equal("application/zip", archive.Content.Headers.ContentType?.MediaType);
            Assert.Single(BatchFiles.Read(await archive.Content.ReadAsByteArrayAsync(Stop)).Authorizations);
        }

        Assert.Equal("conflict", (await http.PostJsonAsync($"{At(a)}/{first.Id}/retry")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.GetJsonAsync($"{At(b)}/{first.Id}")).Status);
        using var viewer = await world.Installation.People.ApiAsync(world.Stock.Account, Role.SmartAccountViewer);
        using var elsewhere = await world.Installation.People.ApiAsync(world.Stock.Account, Role.VirtualAccountUser, b);
        foreach (var stranger in new[] { viewer, elsewhere })
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.PostJsonAsync(At(a), body)).Status);
            foreach (var path in new[] { "", $"/{first.Id}", $"/{first.Id}/items", $"/{first.Id}/archive" })
            {
                Assert.Contains((await stranger.GetJsonAsync(At(a) + path)).Status, new[] { HttpStatusCode.Forbidden, HttpStatusCode.NotFound });
            }
        }

        // In whose name: who started it, not the job.
        await using var db = world.Installation.Database.Read(world.AccountId);
        Assert.StartsWith("Program", (await db.Events.SingleAsync(row => row.AccountId == world.AccountId && row.Kind == ReservationEvents.ReservedKind, Stop)).ActorName, StringComparison.Ordinal);
    }

    [Theory, Engines]
    public async Task The_page_shows_how_far_it_is_and_then_gives_the_archive(Engine engine)
    {
        await using var world = await StartAsync(engine);
        await world.Stock.DepositAsync("A", 2);
        var (place, license) = (await world.Stock.PlaceAsync("A"), await world.Stock.LicenseAsync());
        var browser = await FormBrowser.SignedInAsync(world.Installation, await world.Installation.People.PersonAsync(world.Stock.Account, Role.SmartAccountUser));
        var address = $"/accounts/{world.Stock.Account.Domain}/inventory/{place}/reserve-many";
        var wrong = await browser.PostAsync(address, address, new() { ["csv"] = "Request Code,License,Quantity\nx,Premier,1\n" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("There is no license &quot;Premier&quot;", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);

        var csv = $"Request Code\n{world.Device().Ask()}\nPA-nonsense\n";
        var started = await browser.PostAsync(address, address, new() { ["csv"] = csv, [ManyDevicesForms.Field(license)] = "1" });
        Assert.Equal(HttpStatusCode.SeeOther, started.StatusCode);
        var batch = started.Headers.Location!.ToString();
        Assert.Contains("hx-trigger=\"every 2s\"", await TextAsync(browser, batch), StringComparison.Ordinal);
        await world.Installation.Get<JobRunner>().RunDueAsync(Stop);
        var page = await TextAsync(browser, batch);
        Assert.DoesNotContain("hx-trigger=\"every", page, StringComparison.Ordinal);
        Assert.Contains("1 reserved, 1 refused", page, StringComparison.Ordinal);
        Assert.Contains("This is no request code.", page, StringComparison.Ordinal);
        Assert.Contains(batch + "/archive", page, StringComparison.Ordinal);
        var files = BatchFiles.Read(await (await browser.GetAsync(batch + "/archive")).Content.ReadAsByteArrayAsync(Stop));
        Assert.Single(files.Authorizations);
        Assert.All(files.Results, line => Assert.Equal("Advantage", line[2]));
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync(batch, batch + "/retry", [])).StatusCode);
        Assert.Contains(batch, await TextAsync(browser, address), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"{address}/999999")).StatusCode);
    }

    private static async Task<string> TextAsync(FormBrowser browser, string path) => await (await browser.GetAsync(path)).Content.ReadAsStringAsync(Stop);

    private static async Task AssertReasonsAsync(BatchWorld bulk, BatchView batch)
    {
        var reasons = await bulk.RefusedAsync(batch);
        Assert.Equal([10, 20, 30, 40, 50, 60, 80, 150, 299, 300], reasons.Keys.Order());
        Assert.Contains("A character of the code is wrong", reasons[10], StringComparison.Ordinal);
        Assert.Contains("“O” in", reasons[20], StringComparison.Ordinal);
        Assert.Contains("was used already", reasons[30], StringComparison.Ordinal);
        Assert.Contains("another Smart Account", reasons[40], StringComparison.Ordinal);
        Assert.Contains("Lines 51, 302 name Advantage", reasons[50], StringComparison.Ordinal);
        Assert.Contains("has a reservation already", reasons[60], StringComparison.Ordinal);

        // It got nothing of the other license either.
        Assert.Contains("Of Essentials", reasons[80], StringComparison.Ordinal);
        Assert.Contains("can have at most", reasons[150], StringComparison.Ordinal);
        Assert.Contains("0 are available", reasons[300], StringComparison.Ordinal);
    }

    /// <summary>Two letters of the chance swapped for others: only the check tells.</summary>
    private static string Mistyped(string code) => code[..^12] + (code[^12] == 'x' ? 'y' : 'x') + code[^11..];

    private static async Task ReserveElsewhereAsync(ReservationWorld world, ReservingDevice device)
    {
        var stock = await TestStock.MakeAsync(world.Installation, "other.example");
        var edit = new EditAccount.Input { SpecificReservation = true };
        Assert.True((await world.Installation.Get<EditAccount>().HandleAsync(new Command(EditAccount.Name, Actor.System, edit) { Accounts = [stock.Account.Id] }, edit, Stop)).IsOk);
        await stock.DepositAsync("A", 1);
        var input = new ReserveLicenses.Input(await stock.PlaceAsync("A"), device.Ask()) { Licenses = [new ReservationWish("Advantage", 1)] };
        Ok(await world.Installation.Get<ReserveLicenses>().HandleAsync(new Command(ReserveLicenses.Name, Actor.System, input) { Accounts = [stock.Account.Id] }, input, Stop));
    }

    private static async Task<ReservationView> ReservationOfAsync(ReservationWorld world, ReservingDevice device)
    {
        await using var db = world.Installation.Database.Read(world.AccountId);
        var row = await db.Reservations.SingleAsync(one => one.AccountId == world.AccountId && one.RequestCode == device.Asked, Stop);
        return (await world.Installation.Get<ShowReservation>().HandleAsync(Actor.System, world.AccountId, row.VirtualAccountId, row.DeviceId, Stop)).Value;
    }
}
