using Microsoft.EntityFrameworkCore;
using Purser.Server.Accounts;
using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.People;
using Purser.Server.Store;
using Purser.Server.Tokens;

namespace Purser.Server.Compat;

/// <summary>Registration tokens in the published API (API reference 3.3).</summary>
internal sealed class TokenCalls(Database database, Places places, ListTokens list, CreateTokens create, RevokeTokens revoke)
{
    /// <summary>The tokens that still work and whose text the caller may have.</summary>
    public async Task<IResult> ListAsync(HttpContext context)
    {
        var place = await places.OfRouteAsync(context, Permission.TokenView);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var tokens = new List<object>();
        string? after = null;
        do
        {
            var page = await list.HandleAsync(
                context.Actor(), context.Account().Id, place.Value.Id, new PageRequest(After: after, Limit: PageRequest.LargestLimit), context.RequestAborted);
            tokens.AddRange(page.Items.Where(item => item is { State: TokenState.Active, Token: not null })
                .Select(item => Shown(item.Token!, item.ExpiresAt, item.Description, item.ExportControlled, item.CreatedBy)));
            after = page.Next;
        }
        while (after is not null);
        return Published.Answer(new { status = Published.Success, statusMessage = "Successfully read active tokens.", tokens });
    }

    public async Task<IResult> CreateAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.TokenManage);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var days = input.Number("expiresAfterDays", out var isWrong) ?? TokenRules.ProposedDays;
        var uses = input.Number("numberOfUses", out var isWrongToo);
        if (isWrong || isWrongToo || days is < TokenRules.ShortestDays or > TokenRules.LongestDays || uses is < 1 or > TokenRules.MostUses)
        {
            return Published.Error(
                $"expiresAfterDays is a whole number from {TokenRules.ShortestDays} to {TokenRules.LongestDays}, numberofUses one from 1 to {TokenRules.MostUses}.",
                StatusCodes.Status422UnprocessableEntity);
        }

        var wanted = new CreateTokens.Input([place.Value.Id])
        {
            Description = input.Text("description"),
            ExpiresInDays = (int)days,
            MaximumUses = (int?)uses,
            ExportControlled = input.Flag("exportControlled") ?? false,

            // Who calls this API has accepted them.
            TermsAccepted = true,
        };
        var made = await create.HandleAsync(context.Command(CreateTokens.Name, wanted), wanted, context.RequestAborted);
        if (!made.IsOk)
        {
            return Published.Refused(made.Refusal!);
        }

        var token = made.Value.Tokens[0];
        return Published.Answer(new
        {
            status = Published.Success,
            statusMessage = "A valid, active token was generated.",
            tokenInfo = Shown(token.Token ?? "", token.ExpiresAt, wanted.Description ?? "", wanted.ExportControlled, context.Actor().Name),
        });
    }

    public async Task<IResult> RevokeAsync(HttpContext context)
    {
        var input = await PublishedInput.ReadAsync(context.Request);
        var place = await places.OfRouteAsync(context, Permission.TokenManage);
        if (!place.IsOk)
        {
            return Published.Refused(place.Refusal!);
        }

        var texts = input.Texts("tokens");
        if (Published.ListProblem(texts.Count) is { } problem)
        {
            return problem;
        }

        var outcomes = new List<ItemOutcome>();
        foreach (var text in texts)
        {
            outcomes.Add(await RevokeAsync(context, place.Value, text));
        }

        return Published.Answer(new
        {
            status = ItemOutcome.StatusOf(outcomes),
            statusMessage = $"{outcomes.Count(outcome => outcome.Ok)} tokens successfully revoked.",
            tokensRevokeStatus = outcomes.Select(outcome => new { status = outcome.Status, statusMessage = outcome.Message }),
        });
    }

    private async Task<ItemOutcome> RevokeAsync(HttpContext context, VirtualAccount place, string text)
    {
        if (RegistrationTokenText.HashOf(text) is not { } hash || await FindAsync(context, place, hash) is not { } id)
        {
            return new ItemOutcome(false, $"Token- '{text}' is not a valid token of Virtual Account ‘{place.Name}’");
        }

        var input = new RevokeTokens.Input([id]);
        var verdict = await revoke.HandleAsync(context.Command(RevokeTokens.Name, input) with { IdempotencyKey = null }, input, context.RequestAborted);
        return !verdict.IsOk ? ItemOutcome.Refused(verdict.Refusal!)
            : verdict.Value.Revoked > 0 ? new ItemOutcome(true, $"Token- '{text}' revoked successfully")
            : new ItemOutcome(false, $"Token- '{text}' was revoked already");
    }

    private async Task<long?> FindAsync(HttpContext context, VirtualAccount place, byte[] hash)
    {
        await using var db = database.Read(place.AccountId);
        return await db.RegistrationTokens
            .Where(token => token.AccountId == place.AccountId && token.VirtualAccountId == place.Id && token.TextHash == hash)
            .Select(token => (long?)token.Id).FirstOrDefaultAsync(context.RequestAborted);
    }

    private static object Shown(string token, DateTimeOffset expiresAt, string description, bool exportControlled, string createdBy) => new
    {
        token,
        expirationDate = Published.Milliseconds(expiresAt),
        description,
        exportControl = exportControlled ? "Allowed" : "Not Allowed",
        createdBy,
    };
}
