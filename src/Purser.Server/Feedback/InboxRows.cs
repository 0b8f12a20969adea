using Purser.Server.Store;

namespace Purser.Server.Feedback;

public enum MessageKind
{
    Feedback,
    Support,
}

/// <summary>Categories of feedback (help ch. 13).</summary>
public enum FeedbackCategory
{
    Like,
    Dislike,
    Suggestion,
    Problem,
    GeneralComment,
}

public enum ContactMethod
{
    Email,
    Phone,
}

/// <summary>What somebody wrote to the operator: feedback, perhaps anonymous, or a request for support (RP-05; domain rules 12.9).</summary>
public sealed class InboxMessage : IDirectoryRow
{
    public long Id { get; set; }
    public MessageKind Kind { get; set; }
    public FeedbackCategory? Category { get; set; }
    public required string Text { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>A support request is answered within 48 hours (help ch. 13). Null for feedback.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Of anonymous feedback nothing below is kept (domain rules 12.9: it leaves out the person everywhere).</summary>
    public long? PersonId { get; set; }
    public string PersonName { get; set; } = "";

    /// <summary>Domain and name of the Smart Account it is about; empty where it is about none.</summary>
    public string Account { get; set; } = "";
    public string ContactEmail { get; set; } = "";
    public string ContactPhone { get; set; } = "";
    public ContactMethod? Contact { get; set; }
    public string TimeZone { get; set; } = "";

    /// <summary>The page from which it was written.</summary>
    public string Page { get; set; } = "";
    public string Answer { get; set; } = "";
    public string AnsweredBy { get; set; } = "";
    public DateTimeOffset? AnsweredAt { get; set; }
}

public static class FeedbackWords
{
    public static string Display(this FeedbackCategory category) => category switch
    {
        FeedbackCategory.Problem => "Problem/Error",
        FeedbackCategory.GeneralComment => "General Comment",
        _ => category.ToString(),
    };

    /// <summary>What stands in the first column of the inbox.</summary>
    public static string Title(MessageKind kind, FeedbackCategory? category) => kind == MessageKind.Support ? "Support request" : $"Feedback: {category?.Display()}";
}
