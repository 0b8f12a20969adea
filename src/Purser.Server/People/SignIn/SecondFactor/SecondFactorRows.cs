using Purser.Server.Store;

namespace Purser.Server.People.SignIn.SecondFactor;

/// <summary>A person's authenticator app. Until the first code was seen it is only offered, and asked for nowhere.</summary>
public sealed class AuthenticatorApp : IDirectoryRow
{
    public long PersonId { get; set; }
    public required byte[] SealedKey { get; set; }
    public DateTimeOffset OfferedAt { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>The time step of the last code that was accepted: neither it nor an earlier one opens again.</summary>
    public long LastStep { get; set; }
}

/// <summary>A code that opens once when the app is not at hand. Only its hash is kept.</summary>
public sealed class RecoveryCode : IDirectoryRow
{
    public long PersonId { get; set; }
    public required byte[] CodeHash { get; set; }
}
