using Purser.Protocol.Bundles;
using Purser.Server.Commands;
using Purser.Server.Usage.Authorizations;
using Purser.Server.Usage.Trust;

namespace Purser.Server.Usage.Bundles;

/// <summary>
/// Works a file off by the same use cases as a file that a person uploads, trust first: its reports may be signed with the key that it brings. Each has the
/// file's own idempotency key, so that a file which is taken up again after a stop gets the same answers.
/// </summary>
public sealed class BundleFileWork(ReceiveReports receive, EstablishTrust establish, AuthorizeDevices authorize, AcknowledgementMint mint)
{
    public const string Name = "usage.bundle-file";

    private const int MostReasons = 5;

    /// <summary>What came of a file.</summary>
    /// <param name="Answer">Null where all was refused.</param>
    public sealed record Outcome(int Counted, int Repeated, IReadOnlyList<string> Problems, string? Answer)
    {
        public string? Problem => Problems.Count == 0 ? null
            : string.Join(' ', Problems.Distinct().Take(MostReasons).Append(Problems.Distinct().Skip(MostReasons).Any() ? "There are more reasons." : "")).Trim();
    }

    /// <returns>Refused only where it must be tried again later.</returns>
    public async Task<Verdict<Outcome>> RunAsync(UsageBundleFile file, Actor actor, CancellationToken cancellation)
    {
        var read = DeviceFile.Read(file.Text);
        if (!read.IsOk)
        {
            return new Outcome(0, 0, [$"{read.Detail}."], null);
        }

        var (problems, answers) = (new List<string>(), new List<string>());
        if (read.Value.Trust is { } trust && await TrustAsync(Command("trust"), file, trust, problems, answers, cancellation) is { } later)
        {
            return later;
        }

        var receipt = new ReportReceipt([], []);
        if (read.Value.Reports is { } reports)
        {
            var source = actor.Kind == ActorKind.Client ? ReportSource.Api : ReportSource.Upload;
            var done = await receive.FilesAsync(Command("reports"), file.VirtualAccountId, source, [new ReceiveReports.NamedFile("", reports)], cancellation);
            if (Later(done.Refusal, problems) is { } wait)
            {
                return wait;
            }

            receipt = done.IsOk ? done.Value : receipt;
            problems.AddRange(receipt.ProductInstances.SelectMany(one => one.Refused).Concat(receipt.Unreadable).Select(one => one.Reason));
            answers.AddRange(receipt.ProductInstances.Where(one => one.IsAcknowledged).Select(one => one.Acknowledgement!));
        }

        return read.Value.Authorization is { } asked && await AuthorizeAsync(Command("authorize"), file, asked, problems, answers, cancellation) is { } wanting
            ? wanting
            : new Outcome(receipt.Counted, receipt.Repeated, problems, answers.Count == 0 ? null : mint.Join(answers));

        Command Command(string step) => new(Name, actor, new { }) { Accounts = [file.AccountId], IdempotencyKey = FormattableString.Invariant($"bundle:{file.BundleId}:{file.Number}:{step}") };
    }

    private async Task<Refusal?> TrustAsync(Command command, UsageBundleFile file, string text, List<string> problems, List<string> answers, CancellationToken cancellation)
    {
        var done = await establish.FileAsync(command, file.VirtualAccountId!.Value, text, cancellation);
        if (done.IsOk)
        {
            problems.AddRange(done.Value.Units.Where(unit => unit.Refused is not null).Select(unit => unit.Refused!));
            answers.AddRange(done.Value.Codes is { } codes ? [codes] : []);
        }

        return Later(done.Refusal, problems);
    }

    private async Task<Refusal?> AuthorizeAsync(Command command, UsageBundleFile file, string text, List<string> problems, List<string> answers, CancellationToken cancellation)
    {
        var done = await authorize.FileAsync(command, file.VirtualAccountId, text, cancellation);
        if (done.IsOk)
        {
            problems.AddRange(done.Value.ProductInstances.Where(one => !one.IsDone).Select(one => one.Message));
            answers.AddRange(done.Value.ProductInstances.Where(one => one.Code is not null).Select(one => one.Code!));
        }

        return Later(done.Refusal, problems);
    }

    /// <summary>The database is away for a while: that is no fault of the file.</summary>
    private static Refusal? Later(Refusal? refusal, List<string> problems)
    {
        if (refusal is not null && refusal.Code != RefusalCode.StoreUnavailable)
        {
            problems.Add(refusal.Detail);
        }

        return refusal?.Code == RefusalCode.StoreUnavailable ? refusal : null;
    }
}
