using Microsoft.AspNetCore.Components;
using Purser.Server.Commands;

namespace Purser.Server.Web;

/// <summary>What every page works with: the request, its address.</summary>
public abstract class PlainPage : LoadedPage
{
    [Inject] private IHttpContextAccessor Accessor { get; set; } = default!;

    protected HttpContext Context => Accessor.HttpContext!;

    protected PageUrl Url => PageUrl.Of(Context);

    protected CancellationToken Aborted => Context.RequestAborted;

    /// <summary>What the address names is not there, or not for this reader: the page for this status says so, not this one.</summary>
    protected void NotThere(string detail)
    {
        Context.Items[nameof(Refusal)] = Verdict.Refused(RefusalCode.NotFound, detail);
        Context.Response.StatusCode = StatusCodes.Status404NotFound;
    }
}
