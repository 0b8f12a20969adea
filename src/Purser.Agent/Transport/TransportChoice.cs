using Purser.Agent.State;
using Purser.Protocol;

namespace Purser.Agent.Transport;

/// <summary>By which way a device reaches whom: what people and programs may set of it. Pure.</summary>
public static class TransportChoice
{
    private const string NoCollector = "this device is not licensed by policy: it registers, and a collector takes no registrations; 'license smart transport smart'";

    public static WireResult<TransportSettings> Kind(DeviceState state, TransportKind kind) =>
        kind == TransportKind.Cslu && state.Policy is null ? new WireRefusal(WireCode.NotAllowed, NoCollector) : state.Transport with { Kind = kind };

    /// <summary>A device that is licensed by policy finds its authority where collectors are found too.</summary>
    public static WireResult<TransportSettings> Address(DeviceState state, TransportKind kind, string text)
    {
        if (kind == TransportKind.Cslu && state.Policy is null)
        {
            return new WireRefusal(WireCode.NotAllowed, NoCollector);
        }

        var asked = state.Policy is not null && kind == TransportKind.Smart ? TransportKind.Cslu : kind;
        if (!AuthorityAddress.TryParse(text, asked, out var address, out var problem) || !AuthorityAddress.TryParse(text, kind, out _, out problem))
        {
            return new WireRefusal(WireCode.Malformed, problem);
        }

        return kind switch
        {
            TransportKind.Smart => state.Transport with { SmartUrl = address.ToString() },
            TransportKind.Cslu => state.Transport with { CsluUrl = address.ToString() },
            _ => state.Transport with { CallHomeUrl = address.ToString() },
        };
    }
}
