using Purser.Server.Store;

namespace Purser.Server.Mail;

public enum MailState
{
    /// <summary>Is sent as soon as the mail server takes it.</summary>
    Waiting,
    Sent,

    /// <summary>Given up; an operator can send it again.</summary>
    Failed,

    /// <summary>Made while no mail server was set: an operator reads it here.</summary>
    Kept,
}

/// <summary>A mail of the outbox. Written inside the command that causes it, so a mail goes out if and only if the command counted.</summary>
public sealed class MailRow : IDirectoryRow
{
    public long Id { get; set; }
    public required string Recipient { get; set; }
    public required string Subject { get; set; }

    /// <summary>Text and HTML, sealed: links that open doors are in them.</summary>
    public required byte[] SealedBody { get; set; }
    public MailState State { get; set; }

    /// <summary>Domain time.</summary>
    public DateTimeOffset CreatedAt { get; set; }
    public int Attempts { get; set; }

    /// <summary>Machine time, as everything about sending is: not before this. While a node works on the mail, when its lease ends.</summary>
    public DateTimeOffset NextTryAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }
    public string LastError { get; set; } = "";
}
