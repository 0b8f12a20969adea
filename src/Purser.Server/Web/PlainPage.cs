using Microsoft.AspNetCore.Components;

namespace Purser.Server.Web;

/// <summary>What pages outside of an account work with: the request, its address.</summary>
public abstract class PlainPage : LoadedPage
{
    [Inject] private IHttpContextAccessor Accessor { get; set; } = default!;

    protected HttpContext Context => Accessor.HttpContext!;

    protected PageUrl Url => PageUrl.Of(Context);

    protected CancellationToken Aborted => Context.RequestAborted;
}
