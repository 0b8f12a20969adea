using Microsoft.EntityFrameworkCore;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Accounts;

/// <summary>The newest agreement, whether it is accepted, and who accepted which version when.</summary>
public sealed class ViewAgreement(Database database)
{
    public sealed record Answer(AgreementText? Newest, bool IsPending, IReadOnlyList<Acceptance> Acceptances);

    public sealed record AgreementText(int Version, string Title, string Text, string TextHash, DateTimeOffset PublishedAt);

    public sealed record Acceptance(int Version, string Person, DateTimeOffset AcceptedAt, string TextHash);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/api/v1/accounts/{account}/agreement", async (ViewAgreement view, HttpContext context) =>
            TypedResults.Ok(await view.HandleAsync(context.Account().Id, context.RequestAborted)))
        .Requires(Permission.AgreementView)
            .WithSummary("Read the license agreement and whether it was accepted")
        .WithTags("Agreement");

    public async Task<Answer> HandleAsync(long accountId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var newest = await db.Agreements.OrderByDescending(row => row.Version).FirstOrDefaultAsync(cancellation);
        var accepted = await db.Accounts.Where(row => row.Id == accountId).Select(row => row.AgreementVersion).FirstAsync(cancellation);
        var acceptances = await db.AgreementAcceptances.Where(row => row.AccountId == accountId)
            .OrderByDescending(row => row.Version).ToListAsync(cancellation);
        return new Answer(
            newest is null ? null : new AgreementText(newest.Version, newest.Title, newest.Text, Convert.ToHexString(newest.TextHash), newest.PublishedAt),
            AgreementGate.IsPending(accepted, newest?.Version),
            acceptances.Select(row => new Acceptance(row.Version, row.PersonName, row.AcceptedAt, Convert.ToHexString(row.TextHash))).ToList());
    }
}
