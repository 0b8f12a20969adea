using System.Text.Json;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Reservations.Bulk;

/// <summary>
/// "Reserve for Many Devices": a CSV file of request codes is taken down, and a job turns them into authorization codes. A file that cannot be read is
/// refused whole; a wrong code is refused alone, with its reason, when its turn comes.
/// </summary>
public sealed class StartBulkReservation(WritePath writePath, CatalogCache catalogs, PurserSettings settings)
{
    public const string Name = "reservations.start-many";

    public sealed record Input(long VirtualAccountId, string Csv)
    {
        /// <summary>For lines that name only a request code.</summary>
        public IReadOnlyList<ReservationWish> Licenses { get; init; } = [];
    }

    /// <summary>What the address leaves to the body.</summary>
    public sealed record Body(string Csv, IReadOnlyList<ReservationWish>? Licenses = null);

    public static void Map(IEndpointRouteBuilder batches) => batches
        .MapPost("", async (long virtualAccount, Body body, StartBulkReservation start, HttpContext context) =>
        {
            var input = new Input(virtualAccount, body.Csv ?? "") { Licenses = body.Licenses ?? [] };
            return new CreatedResult<BatchView>(await start.HandleAsync(context.Command(Name, input), input, context.RequestAborted));
        })
        .Requires(Permission.LicenseReserve)
        .WithSummary("Reserve licenses for many product instances that never connect, by their request codes")
        .WithDescription(
            $"csv: the text of a CSV file with the columns {BatchFile.Columns}; at most 10,000 lines. Several lines with one request code are several licenses of one product instance; "
            + "lines that name only a request code get the licenses of the body. The work goes on after the answer: ask for the batch until its state is Finished.");

    public async Task<Verdict<BatchView>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        if (!command.Actor.May(Permission.LicenseReserve, accountId, input.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotAllowed, "You may not reserve licenses of this virtual account.");
        }

        var catalog = await catalogs.CurrentAsync(cancellation);
        if (JudgeForAll(catalog, input.Licenses) is { } wrong)
        {
            return wrong;
        }

        var file = BatchFile.Read(input.Csv, input.Licenses, catalog);
        return !file.IsOk ? file.Refusal! : await writePath.RunAsync<BatchView>(command, async scope =>
        {
            if (await ReserveLicenses.JudgeAsync(scope, accountId, new ReserveLicenses.Input(input.VirtualAccountId, ""), cancellation) is { } problem)
            {
                return problem;
            }

            var batch = New(scope, accountId, input.VirtualAccountId, file.Value.Count);
            scope.Db.ReservationBatches.Add(batch);
            scope.Db.ReservationBatchItems.AddRange(file.Value.Select((entry, index) => new ReservationBatchItem
            {
                AccountId = accountId, BatchId = batch.Id, Number = index + 1, RequestCode = entry.RequestCode, Product = entry.Product,
                Licenses = JsonSerializer.Serialize(entry.Lines, WritePath.Json),
            }));
            return BatchView.Of(batch, settings.Vendor.SupportName);
        }, cancellation);
    }

    private static ReservationBatch New(WriteScope scope, long accountId, long virtualAccountId, int count) => new()
    {
        AccountId = accountId, Id = scope.NextId(IdKind.ReservationBatch), VirtualAccountId = virtualAccountId, Total = count, StartedAt = scope.Now,
        ActorKind = scope.Actor.Kind, ActorId = scope.Actor.Id, ActorName = scope.Actor.Name, ActorIsStaff = scope.Actor.IsStaff,
    };

    private static Refusal? JudgeForAll(CatalogSnapshot catalog, IReadOnlyList<ReservationWish> wishes) =>
        wishes.FirstOrDefault(wish => ReservationWish.Find(catalog, wish.License) is null) is { } unknown
            ? Verdict.Refused(RefusalCode.UnknownEntitlement, $"There is no license \"{unknown.License}\".", "licenses")
        : wishes.Any(wish => wish.Quantity <= 0 || wish.Lines is not null)
            ? Verdict.Refused(RefusalCode.InvalidInput, "Give for each license how many of it every product instance gets: 1 or more, and no single lines.", "licenses")
        : null;
}
