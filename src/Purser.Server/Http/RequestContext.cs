using Purser.Server.Accounts;
using Purser.Server.Commands;

namespace Purser.Server.Http;

/// <summary>The account of a request, found by the route guard.</summary>
public sealed record AccountRef(long Id, string Domain, string Name, AccountType Type, AccountStatus Status);

/// <summary>What the route guard has established about a request.</summary>
public static class RequestContext
{
    /// <summary>Who acts. Only behind a route whose permission needs somebody.</summary>
    public static Actor Actor(this HttpContext context) =>
        context.ActorOrNull() ?? throw new InvalidOperationException("This route does not ask for a signed-in caller");

    public static Actor? ActorOrNull(this HttpContext context) => context.Features.Get<Actor>();

    /// <summary>Called by the sign-in middleware, once.</summary>
    public static void SetActor(this HttpContext context, Actor actor) => context.Features.Set(actor);

    /// <summary>The account named by the route's {account}.</summary>
    public static AccountRef Account(this HttpContext context) =>
        context.AccountOrNull() ?? throw new InvalidOperationException("This route names no account");

    public static AccountRef? AccountOrNull(this HttpContext context) => context.Features.Get<AccountRef>();

    internal static void SetAccount(this HttpContext context, AccountRef account) => context.Features.Set(account);

    /// <summary>The caller's idempotency key, if any.</summary>
    public static string? IdempotencyKey(this HttpContext context)
    {
        var key = context.Request.Headers["Idempotency-Key"].ToString();
        return key.Length is > 0 and <= 200 ? key : null;
    }

    /// <summary>?dryRun=true: decide and answer, change nothing.</summary>
    public static bool IsDryRun(this HttpContext context) =>
        string.Equals(context.Request.Query["dryRun"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A command of this request's caller on this request's account.</summary>
    public static Command Command(this HttpContext context, string name, object input) => new(name, context.Actor(), input)
    {
        Accounts = context.AccountOrNull() is { } account ? [account.Id] : [],
        IdempotencyKey = context.IdempotencyKey(),
        DryRun = context.IsDryRun(),
    };
}
