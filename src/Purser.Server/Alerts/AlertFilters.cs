using Purser.Server.Web.Components;

namespace Purser.Server.Alerts;

/// <summary>The filter of a list of alerts from the address of a page; a choice that does not exist narrows nothing.</summary>
public static class AlertFilters
{
    public static AlertFilter From(TableQuery query) => new(
        Enum.TryParse<AlertLevel>(query.Filter("level"), out var level) ? level : null,
        Enum.TryParse<AlertKind>(query.Filter("kind"), out var kind) ? kind : null,
        Text: query.Search,
        Hidden: query.Filter("hidden") == "true");
}
