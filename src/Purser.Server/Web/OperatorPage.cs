using Microsoft.AspNetCore.Components;
using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Web;

/// <summary>What every page below /operator works with: the reader and the address.</summary>
public abstract class OperatorPage : LoadedPage
{
    [Inject] private IHttpContextAccessor Accessor { get; set; } = default!;

    protected HttpContext Context => Accessor.HttpContext!;

    protected Actor Reader => Context.Actor();

    protected PageUrl Url => PageUrl.Of(Context);

    protected CancellationToken Aborted => Context.RequestAborted;
}
