using Purser.Server.Commands;
using Purser.Server.Http;

namespace Purser.Server.Web;

/// <summary>What every page below /operator works with besides: the reader.</summary>
public abstract class OperatorPage : PlainPage
{
    protected Actor Reader => Context.Actor();
}
