namespace Purser.Protocol.Wire;

/// <summary>What may stand in a message about redundancy, and why not; the agent holds its own configuration to the same.</summary>
public static class RedundancyCheck
{
    /// <summary>Null: well formed. Exactly one unit is active, none is listed twice.</summary>
    public static WireRefusal? Units(IReadOnlyList<HaUnit> units)
    {
        if (units.Count is 0 or > WireLimits.Units)
        {
            return Set($"A high availability set has 1 to {WireLimits.Units} units, the active one included; {units.Count} are listed. Take units out of the list.");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in units)
        {
            if (unit is null || unit.Sudi is null || !unit.Sudi.ToUdi().IsWellFormed || IsLong(unit.Sudi))
            {
                return Set("Every unit needs a sudi with udi_pid and udi_serial_number, printable, without blanks and commas");
            }

            if (!HaRole.IsKnown(unit.Role))
            {
                return Set($"The role of {unit.Sudi.ToUdi()} must be {HaRole.Active}, {HaRole.Standby} or {HaRole.Member}");
            }

            if (!seen.Add(unit.Sudi.ToUdi().Key))
            {
                return Set($"{unit.Sudi.ToUdi()} is listed twice; name every unit once, with its present role");
            }
        }

        return units.Count(static unit => unit.Role == HaRole.Active) switch
        {
            1 => null,
            0 => Set("No unit is active; the one that sends the message is, and must say so"),
            var several => Set($"{several} units are active; exactly one may be. Let the set settle its roles, then send again"),
        };
    }

    /// <summary>The header's part: a sequence with every list, and only the active unit speaks (device reference 1).</summary>
    internal static WireRefusal? Header(RequestHeader header)
    {
        if (header.HaUdi is not { } units)
        {
            return header.HaSequence is null ? null : Set("ha_sequence without ha_udi");
        }

        if (header.HaSequence is not (>= 1 and <= WireLimits.Count))
        {
            return Set($"ha_sequence must be 1 to {WireLimits.Count}, and grow with every change of the set");
        }

        if (Units(units) is { } problem)
        {
            return problem;
        }

        var active = units.First(static unit => unit.Role == HaRole.Active).Sudi.ToUdi();
        return active == header.Sudi.ToUdi()
            ? null
            : Set($"Only the active unit speaks for its set: the message comes from {header.Sudi.ToUdi()}, but {active} is active");
    }

    /// <summary>Of the licenses that are shared with a peer. The same application cannot have two roles or two peers.</summary>
    internal static WireRefusal? Applications(AuthorizationRequest request, RequestHeader header)
    {
        Dictionary<string, ApplicationShare>? known = null;
        foreach (var share in request.Entitlements.Select(static one => one.Application).OfType<ApplicationShare>())
        {
            if (Application(share) is { } problem)
            {
                return problem;
            }

            var peer = share.Peer.ToUdi();
            if (peer == header.Sudi.ToUdi() || header.HaUdi?.Any(unit => unit.Sudi.ToUdi() == peer) == true)
            {
                return Pair($"The peer of application {share.Key} is this device itself ({peer}); name the other product instance");
            }

            known ??= new Dictionary<string, ApplicationShare>(StringComparer.Ordinal);
            if (!known.TryAdd(share.Key, share) && (known[share.Key].Role != share.Role || known[share.Key].Peer.ToUdi() != peer))
            {
                return Pair($"Application {share.Key} is listed with two roles or two peers; it has one of each");
            }
        }

        return null;
    }

    public static WireRefusal? Application(ApplicationShare share)
    {
        if (!IsAlphanumeric(share.Name) || !IsAlphanumeric(share.Id))
        {
            return Pair("Name and id of an application are 1 to 64 letters and digits, nothing else");
        }

        if (share.Role is not (HaRole.Active or HaRole.Standby))
        {
            return Pair($"The role in application {share.Key} must be {HaRole.Active} or {HaRole.Standby}");
        }

        return share.Peer is null || !share.Peer.ToUdi().IsWellFormed || IsLong(share.Peer)
            ? Pair($"The peer of application {share.Key} needs udi_pid and udi_serial_number, printable, without blanks and commas")
            : null;
    }

    private static bool IsAlphanumeric(string? text) => text is { Length: >= 1 and <= Udi.MaximumPartLength } && text.All(char.IsAsciiLetterOrDigit);

    private static bool IsLong(Sudi sudi) =>
        sudi.UdiVid?.Length > WireLimits.Text || sudi.Suvi?.Length > WireLimits.Text || sudi.HostIdentifier?.Length > WireLimits.Text || sudi.MacAddress?.Length > WireLimits.Text;

    private static WireRefusal Set(string detail) => new(WireCode.HaInvalid, detail);

    private static WireRefusal Pair(string detail) => new(WireCode.ApplicationInvalid, detail);
}
