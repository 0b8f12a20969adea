using Microsoft.EntityFrameworkCore;
using Purser.Cli.Collector.Intake;
using Purser.Cli.Collector.Store;
using Purser.Protocol;
using Purser.Protocol.Push;

namespace Purser.Cli.Collector.Push;

/// <summary>
/// A product instance sends a file, or asks for the answer to one. What proves whose a file is stands in the file and is judged by the authority, so that unsigned
/// messages are taken too; the answer is given only to who knows the poll id.
/// </summary>
internal sealed class AnswerPush(CollectorStore store, TakeFile take)
{
    /// <summary>Seconds until the product instance asks again: where a network leads to the authority, and where bundles are carried.</summary>
    private const int SoonInterval = 15;
    private const int CarriedInterval = 3600;

    public async Task<PushReply> RunAsync(PushMessage message, CancellationToken cancel)
    {
        if (message.Kind == PushKind.Poll)
        {
            return await FindAsync(message, cancel) is { } known
                ? await AnswerAsync(known, cancel)
                : PushReply.Failed(WireCode.NotAllowed, $"There is no request of {message.Udi.Display} with this poll id. Send the file again", store.Now);
        }

        if (message.IdToken is not null)
        {
            return PushReply.Failed(WireCode.NotAllowed, "This is a collector, which takes no id tokens: a device behind it gets its trust code without one. On the device: license smart sync local", store.Now);
        }

        var taken = await take.RunAsync(message.File!, message.Udi, CollectionMethod.Push, message.Hostname, cancel);
        return taken.IsOk ? await AnswerAsync(taken.Value.File, cancel) : PushReply.Failed(taken.Code!, taken.Detail!, store.Now);
    }

    private async Task<CarriedFile?> FindAsync(PushMessage message, CancellationToken cancel)
    {
        await using var db = store.Open();
        return await (
            from file in db.Files
            where file.PollId == message.PollId
            join device in db.Devices on file.DeviceId equals device.Id
            where device.Udi == message.Udi.Key
            select file).FirstOrDefaultAsync(cancel);
    }

    private async Task<PushReply> AnswerAsync(CarriedFile file, CancellationToken cancel)
    {
        switch (file.State)
        {
            case FileState.Answered:
                await using (var db = store.Open())
                {
                    await db.Files.Where(row => row.Id == file.Id && row.DeliveredAt == null).ExecuteUpdateAsync(set => set.SetProperty(row => row.DeliveredAt, store.Now), cancel);
                }

                return PushReply.Ok(file.Answer, store.Now);
            case FileState.Refused:
                return PushReply.Failed(WireCode.NotAllowed, file.Problem ?? "The authority refused it", store.Now);
            default:
                return PushReply.Poll(file.PollId, (await store.SettingsAsync(cancel)).IsConnected ? SoonInterval : CarriedInterval, store.Now);
        }
    }
}
