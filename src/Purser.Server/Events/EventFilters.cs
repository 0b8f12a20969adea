using Purser.Server.Web.Components;

namespace Purser.Server.Events;

/// <summary>The filter of an event log from the address of a page; a choice that does not exist narrows nothing.</summary>
public static class EventFilters
{
    public static EventFilter From(TableQuery query) => new(
        About: Enum.TryParse<EventSubject>(query.Filter("about"), out var about) ? about : null,
        Text: query.Search,
        Topic: Enum.TryParse<EventTopic>(query.Filter("topic"), out var topic) && Enum.IsDefined(topic) ? topic : null);
}
