using Microsoft.AspNetCore.Components;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Web;

/// <summary>What every page below /accounts/{account} works with: the account that the route guard found, the reader, the address.</summary>
public abstract class AccountPage : LoadedPage
{
    [Inject] private IHttpContextAccessor Accessor { get; set; } = default!;

    /// <summary>From the route; the guard has resolved it to <see cref="Here"/>.</summary>
    [Parameter] public string Account { get; set; } = "";

    protected HttpContext Context => Accessor.HttpContext!;

    protected AccountRef Here => Context.Account();

    protected Actor Reader => Context.Actor();

    protected PageUrl Url => PageUrl.Of(Context);

    protected CancellationToken Aborted => Context.RequestAborted;

    /// <summary>"/accounts/acme.example".</summary>
    protected string Root => $"/accounts/{Here.Domain}";

    /// <summary>What the address names is not there, or not for this reader: the page for this status says so, not this one.</summary>
    protected void NotThere(string detail)
    {
        Context.Items[nameof(Refusal)] = Verdict.Refused(RefusalCode.NotFound, detail);
        Context.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
