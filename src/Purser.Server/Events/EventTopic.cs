namespace Purser.Server.Events;

/// <summary>By what the Smart Account's own log is narrowed: "properties, agreements, generation of tokens, satellites, users" (help ch. 11; domain rules 11.1).</summary>
public enum EventTopic
{
    Properties,
    VirtualAccounts,
    Agreements,
    Tokens,
    People,
    Programs,
}

/// <summary>A topic by the beginnings of the kinds that belong to it.</summary>
public static class EventTopics
{
    public static string Display(this EventTopic topic) => topic switch
    {
        EventTopic.Properties => "Account properties and license configuration",
        EventTopic.VirtualAccounts => "Virtual accounts and custom tags",
        EventTopic.Agreements => "Agreements",
        EventTopic.Tokens => "Registration tokens",
        EventTopic.People => "Users and groups",
        EventTopic.Programs => "API clients and webhooks",
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "No such topic"),
    };

    /// <summary>Every kind of an account's own events begins with one of these; a test insists.</summary>
    internal static IReadOnlyList<string> Beginnings(EventTopic topic) => topic switch
    {
        EventTopic.Properties => ["Smart Account", "Configuration"],
        EventTopic.VirtualAccounts => ["Virtual Account", "Default Virtual Account", "Custom Tag"],
        EventTopic.Agreements => ["Agreement"],
        EventTopic.Tokens => ["Registration Token"],
        EventTopic.People => ["User", "Access", "Message"],
        EventTopic.Programs => ["API Client", "Webhook"],
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic, "No such topic"),
    };

    public static IQueryable<EventRow> About(this IQueryable<EventRow> events, EventTopic topic)
    {
        var beginnings = Beginnings(topic);
        var (first, second, third) = (beginnings[0], beginnings[Math.Min(1, beginnings.Count - 1)], beginnings[^1]);
        return events.Where(row => row.Kind.StartsWith(first) || row.Kind.StartsWith(second) || row.Kind.StartsWith(third));
    }
}
