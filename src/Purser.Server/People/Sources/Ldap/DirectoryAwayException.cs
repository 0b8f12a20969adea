namespace Purser.Server.People.Sources.Ldap;

/// <summary>The directory cannot be asked. The message is for the operator: people who sign in are told less.</summary>
internal sealed class DirectoryAwayException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Nothing was proved or refused yet, and the next attempt may succeed.</summary>
    public bool MayPass { get; init; }
}
