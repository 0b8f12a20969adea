using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Store;
using Purser.Protocol;
using Purser.Protocol.Bundles;

namespace Purser.Cli.Collector.Bundles;

/// <summary>The bundle that comes back from the authority: each file in it answers the one of the same name.</summary>
internal sealed class TakeAnswers(CollectorStore store)
{
    /// <param name="Foreign">Answers to files that this collector never had, or has forgotten.</param>
    public sealed record Result(int Taken, int Repeated, int Foreign)
    {
        public override string ToString() => $"{Taken} taken, {Repeated} here already, {Foreign} to files that are not known here";
    }

    public async Task<WireResult<Result>> RunAsync(byte[] bundle, CancellationToken cancel)
    {
        var read = Bundle.Read(BundleKind.Acknowledgement, bundle);
        if (!read.IsOk)
        {
            return new WireRefusal(read.Code!, read.Detail!);
        }

        var settings = await store.SettingsAsync(cancel);
        if (read.Value.Maker != settings.Maker)
        {
            return new WireRefusal(WireCode.NotAllowed, $"This bundle answers another collector ({read.Value.Maker}); this one is {settings.Maker}. Import it there");
        }

        var (taken, repeated, foreign) = (0, 0, 0);
        foreach (var slice in read.Value.Parts.SelectMany(part => part.Files).Chunk(500))
        {
            await store.ChangeAsync(
                async db =>
                {
                    var names = slice.Select(static file => BundleNames.Answered(file.Name)).ToList();
                    var rows = await db.Files.Where(file => names.Contains(file.Name)).ToDictionaryAsync(file => file.Name, cancel);
                    foreach (var answer in slice)
                    {
                        if (!rows.TryGetValue(BundleNames.Answered(answer.Name), out var row))
                        {
                            foreign++;
                        }
                        else if (row.Answer is not null)
                        {
                            repeated++;
                        }
                        else
                        {
                            row.Answer = answer.Text;
                            await SettleAsync(db, row, FileState.Answered, store.Now, cancel);
                            taken++;
                        }
                    }

                    return taken;
                },
                cancel);
        }

        return new Result(taken, repeated, foreign);
    }

    /// <summary>The fate of a file is known: what it held may be fetched again, and what came back is to be delivered.</summary>
    internal static async Task SettleAsync(CollectorContext db, CarriedFile row, FileState state, DateTimeOffset now, CancellationToken cancel)
    {
        row.State = state;
        row.AnsweredAt = now;
        row.ForwardingId = null;
        var method = await db.Devices.Where(device => device.Id == row.DeviceId).Select(device => device.Method).SingleAsync(cancel);
        var isFetched = method is CollectionMethod.Rest or CollectionMethod.Restconf;
        row.NextDeliveryAt = row.Answer is not null && isFetched ? now : null;
        if (row.NextDeliveryAt is null)
        {
            await db.HeldReports.Where(held => held.FileId == row.Id).ExecuteDeleteAsync(cancel);
        }
    }
}
