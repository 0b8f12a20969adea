using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Authorizations;
using Purser.Protocol.Push;
using Purser.Protocol.Trust;
using Purser.Protocol.Usage;
using Purser.Server.Commands;
using Purser.Server.Store;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Usage.Push;

/// <summary>
/// Works a pushed file off by the same use cases as a file that a person uploads. A product instance speaks for itself and the units of its set alone. The same
/// file again, as after an answer that was lost, gets the same answer.
/// </summary>
public sealed class PushFileWork(ReceiveReports receive, EstablishTrust establish, AuthorizeDevices authorize, AcknowledgementMint mint, Database database, DomainClock clock)
{
    public const string Name = "usage.push";

    private const int MostReasons = 5;

    internal async Task<PushReply> TrustAsync(PushSender sender, string file, string? hostname, CancellationToken cancellation)
    {
        var read = TrustRequestFile.Read(file);
        if (!read.IsOk)
        {
            return Failed(read.Code!, read.Detail!);
        }

        // After a switchover another unit stands first than the one by which the product instance is known.
        if (read.Value.Requests.All(request => request.Udi.Key != sender.Units[0]))
        {
            return Failed(WireCode.BadSignature, $"The trust requests are of {read.Value.Requests[0].Udi.Display}, and {sender.Name} sent them");
        }

        if (await ForeignAsync(sender, read.Value.Requests, cancellation) is { } foreign)
        {
            return Failed(WireCode.BadSignature, $"There is a trust request of {foreign.Display} in it, which is a product instance of its own, and {sender.Name} sent it");
        }

        if (sender.IsReplaced && !await AreKnownAsync(sender, read.Value.Requests, cancellation))
        {
            var replaced = PushSenders.Replaced(sender.TrustId);
            return Failed(replaced.Code, replaced.Detail);
        }

        var done = sender.TokenId is { } token
            ? await establish.ByTokenAsync(Command(sender, null), sender.VirtualAccountId, token, file, hostname, cancellation)
            : await establish.FileAsync(Command(sender, null), sender.VirtualAccountId, file, cancellation);
        return done.IsOk
            ? Answer(done.Value.Codes is { } codes ? [codes] : [], done.Value.Units.Where(unit => unit.Refused is not null).Select(unit => unit.Refused!))
            : PushRefusals.Of(done.Refusal!, clock.Now);
    }

    internal async Task<PushReply> UsageAsync(PushSender sender, string file, CancellationToken cancellation)
    {
        var read = ReportFile.Read(file);
        if (!read.IsOk)
        {
            return Failed(read.Code!, read.Detail!);
        }

        var foreign = read.Value.Reports.Select(SealedReport.Read).FirstOrDefault(report => report.IsOk && !sender.SpeaksFor(report.Value.Report.Udi));
        if (foreign.IsOk)
        {
            return Failed(WireCode.NotAllowed, $"There is a report of {foreign.Value.Report.Udi.Display} in it, and {sender.Name} sent it. Each product instance pushes its own");
        }

        var done = await receive.FilesAsync(Command(sender, file), sender.VirtualAccountId, ReportSource.Push, [new ReceiveReports.NamedFile("", file)], cancellation);
        return done.IsOk
            ? Answer(
                done.Value.ProductInstances.Where(one => one.IsAcknowledged).Select(one => one.Acknowledgement!),
                done.Value.ProductInstances.SelectMany(one => one.Refused).Concat(done.Value.Unreadable).Select(one => one.Reason))
            : PushRefusals.Of(done.Refusal!, clock.Now);
    }

    internal async Task<PushReply> AuthorizationAsync(PushSender sender, string file, CancellationToken cancellation)
    {
        var read = AuthorizationRequestFile.Read(file);
        if (!read.IsOk)
        {
            return Failed(read.Code!, read.Detail!);
        }

        if (read.Value.Requests.FirstOrDefault(request => !sender.SpeaksFor(request.Udi)) is { } foreign)
        {
            return Failed(WireCode.NotAllowed, $"There is a request of {foreign.Udi.Display} in it, and {sender.Name} sent it. Each product instance asks for itself");
        }

        var done = await authorize.FileAsync(Command(sender, file), sender.VirtualAccountId, file, cancellation);
        return done.IsOk
            ? Answer(
                done.Value.ProductInstances.Where(one => one.Code is not null).Select(one => one.Code!),
                done.Value.ProductInstances.Where(one => !one.IsDone).Select(one => one.Message))
            : PushRefusals.Of(done.Refusal!, clock.Now);
    }

    internal static string DigestOf(string file) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(file)));

    /// <summary>What is refused in part is acknowledged in part, and the reasons go along.</summary>
    private PushReply Answer(IEnumerable<string> answers, IEnumerable<string> problems)
    {
        var (files, reasons) = (answers.ToList(), problems.Distinct().ToList());
        var message = reasons.Count == 0 ? null : string.Join(' ', reasons.Take(MostReasons).Append(reasons.Count > MostReasons ? "There are more reasons." : "")).Trim();
        return files.Count == 0 && message is not null ? Failed(WireCode.NotAllowed, message) : PushReply.Ok(files.Count == 0 ? null : mint.Join(files), clock.Now) with { Message = message };
    }

    /// <summary>A unit that is another product instance: whoever took it for one of its own set could speak for it, or take its trust code away.</summary>
    private async Task<Udi?> ForeignAsync(PushSender sender, IReadOnlyList<TrustRequest> requests, CancellationToken cancellation)
    {
        // A registration token may do to every product instance of its virtual account what a registration may.
        if (sender.TokenId is not null)
        {
            return null;
        }

        var own = sender.Units[0];
        var others = requests.Select(request => request.Udi.Key).Where(unit => unit != own).Distinct().ToList();
        await using var db = database.Read();
        return await db.DeviceDirectory.FirstOrDefaultAsync(row => others.Contains(row.Udi) && row.DeviceId != sender.DeviceId, cancellation) is { } known ? Udi.OfKey(known.Udi) : null;
    }

    private async Task<bool> AreKnownAsync(PushSender sender, IReadOnlyList<TrustRequest> requests, CancellationToken cancellation)
    {
        await using var db = database.Read(sender.AccountId);
        var known = await db.IssuedTrusts.Where(row => row.AccountId == sender.AccountId && row.DeviceId == sender.DeviceId && row.EndedAt == null).ToListAsync(cancellation);
        return requests.All(request => known.Exists(row => row.Udi == request.Udi.Key && row.PublicKey.AsSpan().SequenceEqual(request.PublicKey)));
    }

    /// <param name="file">The same again gets the first answer; null: the work itself sees to that.</param>
    private static Command Command(PushSender sender, string? file) => new(Name, sender.Actor, new { })
    {
        Accounts = [sender.AccountId], IdempotencyKey = file is null ? null : string.Create(CultureInfo.InvariantCulture, $"push:{sender.VirtualAccountId}:{DigestOf(file)}"),
    };

    private PushReply Failed(string code, string message) => PushReply.Failed(code, message, clock.Now);
}
