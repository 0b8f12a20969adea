namespace Purser.Protocol.Push;

/// <summary>What a device wants of the door at which it pushes.</summary>
public enum PushKind
{
    /// <summary>Trust codes for the trust request file.</summary>
    Trust,

    /// <summary>An acknowledgement of the usage reports file.</summary>
    Usage,

    /// <summary>An authorization code for the authorization request file.</summary>
    Authorization,

    /// <summary>The answer to an earlier message.</summary>
    Poll,
}
