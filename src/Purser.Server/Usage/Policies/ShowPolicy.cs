using System.Text;
using Purser.Protocol.Usage;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Usage.Policies;

/// <summary>The policy in force, for people, programs and (as a signed file) product instances.</summary>
public sealed class ShowPolicy(Database database, AcknowledgementMint mint)
{
    public const string FileName = "policy.xml";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/operator/usage-policy", async (ShowPolicy show, HttpContext context) => TypedResults.Ok(PolicyView.Of(await show.HandleAsync(AccountHead.Installation, context.RequestAborted))))
            .Requires(Permission.AccountList).WithTags("Operator: usage policy").WithSummary("The policy for every Smart Account that has none of its own");
        routes.MapGet("/api/v1/accounts/{account}/usage-policy", async (ShowPolicy show, HttpContext context) => TypedResults.Ok(PolicyView.Of(await show.HandleAsync(context.Account().Id, context.RequestAborted))))
            .Requires(Permission.AccountView).WithTags("Usage reports").WithSummary("The policy by which the product instances of the Smart Account report their usage");
        routes.MapGet("/api/v1/accounts/{account}/usage-policy/file", FileAsync)
            .Requires(Permission.AccountView).WithTags("Usage reports").WithSummary("The policy as a signed file, to import on a product instance").Produces<string>(contentType: "application/xml");
    }

    public async Task<PolicyInForce> HandleAsync(long account, CancellationToken cancellation = default)
    {
        await using var db = database.Read();
        return await PolicyBook.FindAsync(db, account, cancellation);
    }

    private string FileOf(DeliveredPolicy policy) => mint.MakePolicy(policy);

    /// <summary>For programs and for the page.</summary>
    public static async Task<IResult> FileAsync(ShowPolicy show, HttpContext context)
    {
        var found = await show.HandleAsync(context.Account().Id, context.RequestAborted);
        return found.Delivered is { } policy
            ? TypedResults.File(Encoding.UTF8.GetBytes(show.FileOf(policy)), "application/xml", FileName)
            : Problems.Of(Verdict.Refused(RefusalCode.NotFound, "The built-in policy is in force, which every product instance knows: there is no file to import."));
    }
}
