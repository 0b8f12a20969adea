using Purser.Server.Store;

namespace Purser.Server.Usage.Push;

/// <summary>A nonce that came: the same message again, by whomever, is not carried out (SP-02).</summary>
public sealed class PushNonce : IDirectoryRow
{
    /// <summary>SHA-256 of it and of who used it.</summary>
    public required byte[] NonceHash { get; set; }
    public DateTimeOffset At { get; set; }
}

/// <summary>A file that a product instance pushed and that is worked off after the answer; it polls for what came of it, also across a restart.</summary>
public sealed class PushedFile : ITenantRow
{
    public long AccountId { get; set; }

    /// <summary>The poll id.</summary>
    public long Id { get; set; }
    public long DeviceId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>SHA-256 of the text, by which the same file again is recognised.</summary>
    public required string Digest { get; set; }

    /// <summary>Empty once it is worked off.</summary>
    public required string Text { get; set; }

    /// <summary>How often it met an error that nobody foresaw.</summary>
    public int Faults { get; set; }

    /// <summary>What the product instance gets; null: it is not worked off yet.</summary>
    public string? Reply { get; set; }
}
