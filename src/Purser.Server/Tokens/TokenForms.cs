using Purser.Server.Commands;
using Purser.Server.Http;
using Purser.Server.Inventory;
using Purser.Server.People;
using Purser.Server.Web;

namespace Purser.Server.Tokens;

/// <summary>What the forms of the General tab post to.</summary>
public static class TokenForms
{
    private const string Below = "/accounts/{account}/inventory/{virtualAccount:long}/tokens";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Below + "/new", CreateAsync).Requires(Permission.TokenManage);
        routes.MapPost(Below + "/{token:long}/revoke", RevokeAsync).Requires(Permission.TokenManage);
        routes.MapPost(Below + "/{token:long}/remove", RemoveAsync).Requires(Permission.TokenManage);
        routes.MapGet(Below + "/{token:long}/text", async (long token, HttpContext context, ReadToken read) =>
            ReadToken.FileOf(await read.HandleAsync(context.Actor(), context.Account().Id, token, context.RequestAborted))).Requires(Permission.TokenManage);
    }

    private static async Task<IResult> CreateAsync(long virtualAccount, IFormCollection fields, HttpContext context, CreateTokens create)
    {
        var form = NewTokenForm.From(fields);
        var input = form.ToInput();
        var made = await create.HandleAsync(context.Command(CreateTokens.Name, input), input, context.RequestAborted);
        if (!made.IsOk)
        {
            return PageAnswer.Refused<NewTokenPage>(new() { ["VirtualAccount"] = virtualAccount, ["Form"] = form, ["Errors"] = FormErrors.Of(made.Refusal!) });
        }

        var tokens = made.Value.Tokens;
        var shown = tokens.FirstOrDefault(token => token.VirtualAccountId == virtualAccount) ?? tokens[0];
        var list = InventoryLinks.Tab(context.Account().Domain, shown.VirtualAccountId, "general");
        var text = tokens.Count == 1 ? "The registration token was created." : $"{tokens.Count} registration tokens were created, one in each virtual account.";
        return PageAnswer.Done(context, $"{list}&token={shown.Id}", new Toast(text));
    }

    private static async Task<IResult> RevokeAsync(long virtualAccount, long token, IFormCollection _, HttpContext context, RevokeTokens revoke)
    {
        var input = new RevokeTokens.Input([token]);
        var done = await revoke.HandleAsync(context.Command(RevokeTokens.Name, input), input, context.RequestAborted);
        return Answer(context, virtualAccount, token, done.Refusal, "The token was revoked.");
    }

    private static async Task<IResult> RemoveAsync(long virtualAccount, long token, IFormCollection _, HttpContext context, RemoveToken remove)
    {
        var input = new RemoveToken.Input(token);
        var done = await remove.HandleAsync(context.Command(RemoveToken.Name, input), input, context.RequestAborted);
        return Answer(context, virtualAccount, token, done.Refusal, "The token was removed.");
    }

    private static IResult Answer(HttpContext context, long virtualAccount, long token, Refusal? refusal, string text) => refusal is null
        ? PageAnswer.Done(context, InventoryLinks.Tab(context.Account().Domain, virtualAccount, "general"), new Toast(text))
        : PageAnswer.Refused<EndTokenPage>(new() { ["VirtualAccount"] = virtualAccount, ["Token"] = token, ["Errors"] = FormErrors.Of(refusal) });
}
