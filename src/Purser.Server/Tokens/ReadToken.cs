using System.Text;
using Microsoft.EntityFrameworkCore;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;

namespace Purser.Server.Tokens;

/// <summary>The text of a token with the lines for the device, or the text alone as a file (TK-02, TK-03). For those who could make one themselves.</summary>
public sealed class ReadToken(Database database, TokenBook book, DeviceLines lines)
{
    public sealed record Answer(long Id, long VirtualAccountId, string Token, IReadOnlyList<string> Configuration);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/accounts/{account}/tokens/{token:long}", async (long token, ReadToken read, HttpContext context) =>
            (await read.HandleAsync(context.Actor(), context.Account().Id, token, context.RequestAborted)).ToHttp())
            .Requires(Permission.TokenManage)
            .WithSummary("Read a registration token's text and the device's configuration lines").WithTags("Registration tokens");
        routes.MapGet("/api/v1/accounts/{account}/tokens/{token:long}/text", async (long token, ReadToken read, HttpContext context) =>
            FileOf(await read.HandleAsync(context.Actor(), context.Account().Id, token, context.RequestAborted)))
            .Requires(Permission.TokenManage)
            .WithSummary("Download a registration token as a text file").Produces<string>(contentType: "text/plain").WithTags("Registration tokens");
    }

    public async Task<Verdict<Answer>> HandleAsync(Actor actor, long accountId, long tokenId, CancellationToken cancellation = default)
    {
        await using var db = database.Read(accountId);
        var token = await db.RegistrationTokens.FirstOrDefaultAsync(row => row.AccountId == accountId && row.Id == tokenId, cancellation);
        if (token is null || !actor.May(Permission.TokenManage, accountId, token.VirtualAccountId))
        {
            return Verdict.Refused(RefusalCode.NotFound, "There is no such registration token that you can manage.");
        }

        var text = book.TextOf(token);
        return new Answer(token.Id, token.VirtualAccountId, text, lines.For(text));
    }

    /// <summary>A text file that holds the token and nothing else.</summary>
    public static IResult FileOf(Verdict<Answer> verdict) => verdict.IsOk
        ? TypedResults.File(Encoding.ASCII.GetBytes(verdict.Value.Token), "text/plain", $"token-{verdict.Value.Id}.txt")
        : Problems.Of(verdict.Refusal!);
}
