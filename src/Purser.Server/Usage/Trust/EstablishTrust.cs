using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol;
using Purser.Protocol.Trust;
using Purser.Server.Accounts;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Devices;
using Purser.Server.Devices.Instances;
using Purser.Server.Http;
using Purser.Server.Licenses;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Usage.Trust;

/// <summary>Product instances give their public keys by a file, and get trust codes to import (SP-02). What they sign is verified from then on.</summary>
public sealed class EstablishTrust(WritePath writePath, CatalogCache catalogs, AcknowledgementMint mint, AgreementGate agreement)
{
    public const string Name = "usage.trust";

    /// <param name="Udis">What the audit shows.</param>
    public sealed record Input(long VirtualAccountId, IReadOnlyList<string> Udis);

    /// <param name="Codes">The file to import; null where every request was refused.</param>
    public sealed record Answer(IReadOnlyList<Outcome> Units, string? Codes);

    /// <param name="Refused">Null: its key is known now.</param>
    public sealed record Outcome(string Udi, long? DeviceId, string? Refused);

    public static void Map(IEndpointRouteBuilder place) => place
        .MapPost("/trust-requests", async (long virtualAccount, HttpContext context, EstablishTrust establish) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            return (await establish.FileAsync(context.Command(Name, new { }), virtualAccount, await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.UsageReport)
        .WithMetadata(new RequestSizeLimitAttribute(TrustRequestFile.MaximumBytes))
        .WithSummary("Get trust codes for the trust request file of a product instance")
        .WithDescription("The body is the file that a product instance saves: license smart save trust-request FILE. The answer holds the file with the trust codes to import there.")
        .Produces<Answer>();

    public Task<Verdict<Answer>> FileAsync(Command command, long virtualAccountId, string text, CancellationToken cancellation = default) =>
        RunAsync(command, virtualAccountId, text, hostname: null, static (_, _) => Task.FromResult<Refusal?>(null), cancellation);

    /// <summary>A registration token opens the door, and is used as by a registration. The same keys again get the same codes, and use nothing.</summary>
    /// <param name="hostname">How a product instance that is not known yet is called.</param>
    internal Task<Verdict<Answer>> ByTokenAsync(Command command, long virtualAccountId, long tokenId, string text, string? hostname, CancellationToken cancellation = default) =>
        RunAsync(command, virtualAccountId, text, hostname, async (scope, answer) =>
            answer.Codes is null ? Verdict.Refused(RefusalCode.InvalidInput, string.Join(' ', answer.Units.Select(unit => unit.Refused).Distinct()), "file")
            : TrustBook.HasIssued(scope) ? await TokenUse.SpendAsync(scope, agreement, command.Accounts[0], tokenId, cancellation)
            : null, cancellation);

    private async Task<Verdict<Answer>> RunAsync(Command command, long virtualAccountId, string text, string? hostname, Func<WriteScope, Answer, Task<Refusal?>> settle, CancellationToken cancellation)
    {
        var file = TrustRequestFile.Read(text);
        if (!file.IsOk)
        {
            return Verdict.Refused(RefusalCode.InvalidInput, file.Detail!, "file");
        }

        var requests = file.Value.Requests;
        var accountId = command.Accounts[0];
        var catalog = await catalogs.CurrentAsync(cancellation);
        var input = new Input(virtualAccountId, [.. requests.Select(request => request.Udi.Key)]);
        return await writePath.RunAsync<Answer>(command with { Name = Name, Input = input, Ids = 64 + (requests.Count * 2) }, async scope =>
        {
            if (!command.Actor.May(Permission.UsageReport, accountId, virtualAccountId) || !await scope.Db.VirtualAccounts.AnyAsync(row => row.AccountId == accountId && row.Id == virtualAccountId, cancellation))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in which you may bring trust requests.", "virtualAccount");
            }

            var (outcomes, codes) = (new List<Outcome>(), new List<TrustCode>());
            Device? first = null;
            foreach (var request in requests)
            {
                // The first unit of a file is the active one: the others belong to its product instance.
                var device = first is null ? await DeviceAsync(scope, catalog, accountId, virtualAccountId, request, requests.Select(one => one.Udi), hostname) : first;
                if (!device.IsOk)
                {
                    outcomes.Add(new Outcome(request.Udi.Display, null, device.Refusal!.Detail));
                    continue;
                }

                first = device.Value;
                codes.Add(await new TrustBook(scope, accountId).IssueAsync(first, request));
                outcomes.Add(new Outcome(request.Udi.Display, first.Id, null));
            }

            var answer = new Answer(outcomes, codes.Count == 0 ? null : mint.MakeTrust(codes));
            return await settle(scope, answer) is { } refusal ? refusal : answer;
        }, cancellation);
    }

    private static async Task<Verdict<Device>> DeviceAsync(WriteScope scope, CatalogSnapshot catalog, long accountId, long virtualAccountId, TrustRequest request, IEnumerable<Udi> units, string? hostname)
    {
        if (catalog.FindProduct(request.SoftwareTag) is not { } product)
        {
            return Verdict.Refused(RefusalCode.UnknownProduct, $"There is no product with the software tag {request.SoftwareTag} in the catalog. Ask the operator to add it.");
        }

        if (await new PolicyDevices(scope, accountId).FindKnownAsync(units.Prepend(request.Udi), product) is not { } known)
        {
            if (await new PolicyDevices(scope, accountId).JudgeAccountAsync() is { } problem)
            {
                return problem;
            }

            var device = await new PolicyDevices(scope, accountId).AddAsync(request.Udi, product, virtualAccountId, hostname);
            scope.Journal(accountId).Append(UsageEvents.Added(device.DisplayName, await LedgerNames.VirtualAccountAsync(scope, accountId, virtualAccountId)), DeviceRemoval.PlaceOf(device));
            return device;
        }

        if (known.AccountId != accountId)
        {
            return Verdict.Refused(RefusalCode.OtherAccount, $"{Udi.OfKey(known.Udi).Display} is known in another Smart Account. Bring its trust request there, or have it removed there first.");
        }

        var found = await scope.Db.Devices.FirstAsync(row => row.AccountId == accountId && row.Id == known.DeviceId);
        return !scope.Actor.May(Permission.UsageReport, accountId, found.VirtualAccountId)
            ? Verdict.Refused(RefusalCode.NotAllowed, $"{DeviceNaming.Plain(found.DisplayName)} lies in a virtual account in which you may not bring trust requests.")
            : found.Mode is DeviceMode.Direct or DeviceMode.Detached
            ? Verdict.Refused(RefusalCode.Conflict, $"{DeviceNaming.Plain(found.DisplayName)} is registered: its identity certificate is what it signs with, and it needs no trust code.")
            : found;
    }
}
