using Purser.Server.Store;

namespace Purser.Server.People.SignIn.Log;

public enum SignInOutcome
{
    SignedIn,
    SignedOut,

    /// <summary>Signed out from another browser of hers.</summary>
    BrowserEnded,
    WrongPassword,
    WrongCode,
    UnknownAddress,
    UnknownPasskey,

    /// <summary>After too many wrong answers: nothing is tried for some minutes, be it right or wrong.</summary>
    Locked,

    /// <summary>Her access was ended by the organization that provisions her.</summary>
    Ended,

    /// <summary>The identity provider or the directory did not vouch for her, or could not be asked.</summary>
    SourceRefused,
}

/// <summary>One attempt to come in, or one going out. Belongs to no Smart Account: people sign in to the installation.</summary>
public sealed class SignInEntry : IDirectoryRow
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>Null where nobody of this address is known.</summary>
    public long? PersonId { get; set; }

    /// <summary>The address as it was then; of somebody unknown only what has the form of one, for passwords are typed into the wrong field.</summary>
    public string Address { get; set; } = "";
    public SignInOutcome Outcome { get; set; }

    /// <summary>By what: "Password", "Passkey", the name of an identity provider …</summary>
    public string Way { get; set; } = "";

    /// <summary>Why a source refused; else empty.</summary>
    public string Note { get; set; } = "";
    public string RemoteAddress { get; set; } = "";
    public string UserAgent { get; set; } = "";
}

public static class SignInOutcomes
{
    public static IReadOnlyList<SignInOutcome> Failures { get; } =
        [SignInOutcome.WrongPassword, SignInOutcome.WrongCode, SignInOutcome.UnknownAddress, SignInOutcome.UnknownPasskey, SignInOutcome.Locked, SignInOutcome.Ended, SignInOutcome.SourceRefused];

    public static bool IsFailure(this SignInOutcome outcome) => Failures.Contains(outcome);

    public static string Display(this SignInOutcome outcome) => outcome switch
    {
        SignInOutcome.SignedIn => "Signed in",
        SignInOutcome.SignedOut => "Signed out",
        SignInOutcome.BrowserEnded => "Signed out from another browser",
        SignInOutcome.WrongPassword => "Wrong password",
        SignInOutcome.WrongCode => "Wrong code",
        SignInOutcome.UnknownAddress => "Unknown address",
        SignInOutcome.UnknownPasskey => "Unknown passkey",
        SignInOutcome.Locked => "Locked for some minutes",
        SignInOutcome.Ended => "Access has ended",
        SignInOutcome.SourceRefused => "Refused by the sign-in source",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "No such outcome"),
    };
}
