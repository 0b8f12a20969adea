using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Purser.Protocol.Authorizations;
using Purser.Server.Catalog;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;

namespace Purser.Server.Usage.Authorizations;

/// <summary>
/// Product instances ask for authorization codes, confirm them and return them: by file or by the published API (SP-04, EX-02). Each is granted whole or
/// refused with its reason; others are not touched by that.
/// </summary>
public sealed class AuthorizeDevices(WritePath writePath, CatalogCache catalogs, AcknowledgementMint mint)
{
    public const string Name = "usage.authorize";

    /// <param name="VirtualAccountId">Where product instances go that are not known yet; null: the default virtual account.</param>
    public sealed record Input(long? VirtualAccountId, IReadOnlyList<AuthorizationRequest> Requests);

    public sealed record Answer(IReadOnlyList<AuthorizationOutcome> ProductInstances);

    public static void Map(IEndpointRouteBuilder place) => place
        .MapPost("/authorization-requests", async (long virtualAccount, HttpContext context, AuthorizeDevices authorize) =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            return (await authorize.FileAsync(context.Command(Name, new { }), virtualAccount, await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted)).ToHttp();
        })
        .Requires(Permission.LicenseReserve)
        .WithMetadata(new RequestSizeLimitAttribute(AuthorizationRequestFile.MaximumBytes))
        .WithSummary("Get authorization codes for the request file of product instances")
        .WithDescription("The body is the file that a product instance saves: license smart authorization request save FILE. The answer holds the code to import there, or the reason of a refusal.")
        .Produces<Answer>();

    public async Task<Verdict<Answer>> FileAsync(Command command, long? virtualAccountId, string text, CancellationToken cancellation = default)
    {
        var file = AuthorizationRequestFile.Read(text);
        return file.IsOk
            ? await HandleAsync(command, new Input(virtualAccountId, file.Value.Requests), cancellation)
            : Verdict.Refused(RefusalCode.InvalidInput, file.Detail!, "file");
    }

    /// <param name="command">Its name and input are set here.</param>
    public async Task<Verdict<Answer>> HandleAsync(Command command, Input input, CancellationToken cancellation = default)
    {
        var accountId = command.Accounts[0];
        var catalog = await catalogs.CurrentAsync(cancellation);
        return await writePath.RunAsync<Answer>(command with { Name = Name, Input = input, Ids = 64 + (input.Requests.Count * 4) }, async scope =>
        {
            var place = await scope.Db.VirtualAccounts.FirstOrDefaultAsync(
                row => row.AccountId == accountId && (input.VirtualAccountId == null ? row.IsDefault : row.Id == input.VirtualAccountId), cancellation);
            if (place is null || !command.Actor.May(Permission.LicenseReserve, accountId, place.Id))
            {
                return Verdict.Refused(RefusalCode.NotFound, "There is no such virtual account in which you may authorize product instances.", "virtualAccount");
            }

            var account = await scope.Db.Accounts.FirstAsync(row => row.Id == accountId, cancellation);
            var outcomes = new List<AuthorizationOutcome>();
            foreach (var (index, request) in input.Requests.Index())
            {
                var outcome = await new AuthorizationWork(scope, catalog, mint, account).RunAsync(request, place.Id);
                await scope.Db.SaveChangesAsync(cancellation);

                // A device cannot know that its return was told already, and tells it again before it asks.
                if (!(request.ReturnCode is not null && outcome.Refused == AuthorizationRefusal.UdiNotFound && input.Requests.Skip(index + 1).Any(next => next.Udi == request.Udi)))
                {
                    outcomes.Add(outcome);
                }
            }

            await scope.Ledger(accountId).SubstituteAsync();
            return new Answer(outcomes);
        }, cancellation);
    }
}
