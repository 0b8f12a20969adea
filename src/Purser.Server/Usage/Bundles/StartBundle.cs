using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Purser.Protocol.Bundles;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Settings;
using Purser.Server.Store;

namespace Purser.Server.Usage.Bundles;

/// <summary>
/// A collector's bundle is taken down, and a job works it off (SP-03; device reference 4.11). A bundle that is not whole is refused whole; a virtual account or a
/// file that cannot be taken is refused alone, with its reason.
/// </summary>
public sealed class StartBundle(WritePath writePath, PurserSettings settings)
{
    public const string Name = "usage.start-bundle";

    /// <summary>What the audit keeps; the files are rows of their own.</summary>
    /// <param name="Digest">SHA-256 of the bundle.</param>
    public sealed record Input(long VirtualAccountId, string Digest);

    public static void Map(IEndpointRouteBuilder bundles) => bundles
        .MapPost("", async (long virtualAccount, HttpContext context, StartBundle start) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return new CreatedResult<BundleView>(await start.HandleAsync(context.Command(Name, new { }), virtualAccount, body.ToArray(), context.RequestAborted));
        })
        .Requires(Permission.UsageReport)
        .WithMetadata(new RequestSizeLimitAttribute(BundleLimits.Bytes))
        .WithSummary("Upload a collector's bundle of usage reports of many product instances")
        .WithDescription(
            "The body is the file UD_SA_….tar.gz. Files whose virtual account the bundle does not name are of this one. The work goes on after the answer: ask for the bundle until its state is "
            + "Finished, then download its acknowledgements.");

    public async Task<Verdict<BundleView>> HandleAsync(Command command, long virtualAccountId, byte[] file, CancellationToken cancellation = default)
    {
        var read = Bundle.Read(BundleKind.Usage, file);
        if (!read.IsOk)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, $"{read.Detail}.", "file");
        }

        var bundle = read.Value;
        if (!bundle.Parts.Any(part => part.Files.Count > 0))
        {
            return Verdict.Refused(RefusalCode.InvalidInput, "There is no file of a product instance in this bundle. Let the collector fetch usage reports first.", "file");
        }

        var input = new Input(virtualAccountId, Convert.ToHexStringLower(SHA256.HashData(file)));
        return await writePath.RunAsync<BundleView>(command with { Name = Name, Input = input }, async scope =>
        {
            var accountId = command.Accounts[0];
            if (await BundlePlaces.LoadAsync(scope.Db, command.Actor, accountId, virtualAccountId, bundle, cancellation) is not { } places)
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in which you may upload usage reports.", "virtualAccount");
            }

            return places.Judge(bundle.Account) is { } wrong ? wrong : BundleView.Of(Take(scope, accountId, virtualAccountId, bundle, places), settings.Vendor.SupportName);
        }, cancellation);
    }

    private static UsageBundle Take(WriteScope scope, long accountId, long virtualAccountId, Bundle bundle, BundlePlaces places)
    {
        var row = new UsageBundle
        {
            AccountId = accountId, Id = scope.NextId(IdKind.UsageBundle), VirtualAccountId = virtualAccountId, Maker = bundle.Maker, StartedAt = scope.Now,
            ActorKind = scope.Actor.Kind, ActorId = scope.Actor.Id, ActorName = scope.Actor.Name, ActorIsStaff = scope.Actor.IsStaff,
        };
        foreach (var part in bundle.Parts)
        {
            var place = places.Find(part.VirtualAccount);
            var called = part.VirtualAccount.Name.Length > 0 ? part.VirtualAccount.Name : part.VirtualAccount.Id;
            foreach (var file in part.Files)
            {
                row.Total++;
                row.Refused += place is null ? 1 : 0;
                scope.Db.UsageBundleFiles.Add(new UsageBundleFile
                {
                    AccountId = accountId, BundleId = row.Id, Number = row.Total, Part = part.Name, Name = file.Name, VirtualAccountId = place?.Id, VirtualAccount = place?.Name ?? called,
                    Text = place is null ? "" : file.Text, State = place is null ? UsageBundleFileState.Refused : UsageBundleFileState.Waiting,
                    Refused = place is null ? 1 : 0,
                    Problem = place is null ? $"There is no virtual account {called} in this Smart Account in which you may upload usage reports. Have its administrator upload it, or set it right in the collector." : null,
                });
            }
        }

        if (row.Waiting == 0)
        {
            (row.State, row.FinishedAt) = (UsageBundleState.Finished, scope.Now);
        }

        scope.Db.UsageBundles.Add(row);
        return row;
    }
}
