using Purser.Server.Commands;

namespace Purser.Server.Http;

/// <summary>Metadata of routes that answer refusals in another form than problem details: those of the published API.</summary>
public sealed class RefusalForm(Func<HttpContext, Refusal, Task> write)
{
    public Task WriteAsync(HttpContext context, Refusal refusal) => write(context, refusal);
}

/// <summary>Metadata of routes whose {account} may be the account's name as well: those with on-prem addresses (API reference 6.1).</summary>
public sealed class AccountByName
{
    public static readonly AccountByName Instance = new();
}
