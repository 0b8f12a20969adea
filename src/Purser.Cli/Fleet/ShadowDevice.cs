using Purser.Protocol.Wire;

namespace Purser.Cli.Fleet;

/// <summary>What a device's silence must have led to at the authority (domain rules 7.4).</summary>
internal enum SilencePhase
{
    Heard,
    Minor30,
    Minor60,
    Released,
    Removed,
}

/// <summary>
/// What the authority must hold about one device, gathered from its answers whether or not they reached the device: an answer that got lost was
/// given all the same.
/// </summary>
internal sealed class ShadowDevice(string name, PoolBook pools)
{
    private Dictionary<string, long> uses = [];

    // After a renewal the certificate before it stays good until the new one was used: the answer may have been lost.
    private string? serial;
    private string? serialBefore;

    public string Name => name;

    public bool IsRegistered { get; private set; }

    /// <summary>The virtual account in which it sits.</summary>
    public string Place { get; private set; } = "";

    /// <summary>Tag → count of the last authorization that was carried out.</summary>
    public IReadOnlyDictionary<string, long> Uses => uses;

    /// <summary>After 90 days of silence: requested, but counted for nothing.</summary>
    public bool IsReleased { get; private set; }

    public DateTimeOffset LastContact { get; private set; }

    public SilencePhase PhaseAt(DateTimeOffset now) => (now - LastContact).TotalDays switch
    {
        >= 365 => SilencePhase.Removed,
        >= 90 => SilencePhase.Released,
        >= 60 => SilencePhase.Minor60,
        >= 30 => SilencePhase.Minor30,
        _ => SilencePhase.Heard,
    };

    /// <summary>A registration keeps what the device uses; by a token of another virtual account its use goes there (domain rules 7.3).</summary>
    public void Registered(string certificate, string place, DateTimeOffset now)
    {
        if (IsRegistered)
        {
            Heard(now);
            MoveTo(place, pools.Change);
        }

        IsRegistered = true;
        (serial, serialBefore) = (certificate, null);
        Place = place;
        LastContact = now;
    }

    public void Renewed(string certificate, string? signedBy, DateTimeOffset now)
    {
        Heard(now);
        (serial, serialBefore) = (certificate, signedBy);
    }

    /// <summary>A message signed with this certificate must not be refused.</summary>
    public bool IsKnownBy(string? certificate) => IsRegistered && certificate is not null && (certificate == serial || certificate == serialBefore);

    public void Authorized(AuthorizationReply reply, IReadOnlyDictionary<string, long> counts, DateTimeOffset now)
    {
        Heard(now);
        foreach (var tag in uses.Keys.Union(counts.Keys).ToList())
        {
            pools.Change(name, new PoolName(Place, tag), counts.GetValueOrDefault(tag) - uses.GetValueOrDefault(tag));
        }

        uses = counts.Where(static use => use.Value > 0).ToDictionary();
        foreach (var line in reply.Entitlements.Where(static line => line.Tag is not null))
        {
            pools.Told(name, new PoolName(Place, line.Tag!), line.Status == Protocol.EntitlementStatus.InCompliance);
        }
    }

    public void Deregistered()
    {
        if (IsRegistered && !IsReleased)
        {
            Count(-1, pools.Change);
        }

        Forget();
    }

    /// <summary>Any authenticated message: after 90 days of silence the requests count again (domain rules 7.4).</summary>
    public void Heard(DateTimeOffset now)
    {
        LastContact = now;
        if (IsReleased)
        {
            IsReleased = false;
            Count(1, pools.Change);
        }
    }

    /// <summary>The clock has moved and the sweeps have run.</summary>
    public void Elapse(DateTimeOffset now)
    {
        if (!IsRegistered)
        {
            return;
        }

        var phase = PhaseAt(now);
        if (phase >= SilencePhase.Released && !IsReleased)
        {
            IsReleased = true;
            Count(-1, (_, pool, difference) => pools.Book(pool, difference));
        }

        if (phase == SilencePhase.Removed)
        {
            Forget();
        }
    }

    /// <summary>The administrator took it out of the inventory.</summary>
    public void Removed()
    {
        if (!IsReleased)
        {
            Count(-1, (_, pool, difference) => pools.Book(pool, difference));
        }

        Forget();
    }

    /// <summary>The administrator moved it: its use goes with it as demand (domain rules 7.5).</summary>
    public void Transferred(string place) => MoveTo(place, (_, pool, difference) => pools.Book(pool, difference));

    private void MoveTo(string place, Action<string, PoolName, long> book)
    {
        if (place == Place)
        {
            return;
        }

        if (!IsReleased)
        {
            Count(-1, book);
        }

        Place = place;
        if (!IsReleased)
        {
            Count(1, book);
        }
    }

    private void Count(int sign, Action<string, PoolName, long> book)
    {
        foreach (var (tag, count) in uses)
        {
            book(name, new PoolName(Place, tag), sign * count);
        }
    }

    private void Forget()
    {
        IsRegistered = false;
        IsReleased = false;
        uses = [];
    }
}
