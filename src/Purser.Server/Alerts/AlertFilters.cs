using System.Globalization;
using Purser.Server.Web;
using Purser.Server.Web.Components;

namespace Purser.Server.Alerts;

/// <summary>The filter of a list of alerts from the address of a page; a choice that does not exist narrows nothing.</summary>
public static class AlertFilters
{
    private const string Search = "q";

    public static readonly IReadOnlyList<TableFilter> Choices =
    [
        new("level", "Severity", [new("Major", "Major"), new("Minor", "Minor"), new("Informational", "Information")]),
        new("kind", "Alert", [.. AlertCatalogue.Kinds.Select(kind => new TableFilterOption(kind.ToString(), AlertCatalogue.Of(kind).Title))]),
        new("hidden", "Put off", [new("true", "Show those put off, too")]),
    ];

    public static AlertFilter From(TableQuery query) => new(
        Enum.TryParse<AlertLevel>(query.Filter("level"), out var level) ? level : null,
        Enum.TryParse<AlertKind>(query.Filter("kind"), out var kind) ? kind : null,
        Text: query.Search,
        Hidden: query.Filter("hidden") == "true",
        RaisedBy: DateTimeOffset.TryParse(query.Filter("raisedBy"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null);

    /// <summary>What narrows the list, without the place in it.</summary>
    public static PageUrl Narrowing(PageUrl url) => url.Only([.. Choices.Select(choice => choice.Name), Search]);

    /// <summary>"Severity: Major, and “edge”"; empty where nothing narrows the list.</summary>
    public static string Words(TableQuery query) => string.Join(", ", Choices
        .SelectMany(choice => choice.Options.Where(option => option.Value == query.Filter(choice.Name)).Select(option => $"“{choice.Title}: {option.Text}”"))
        .Concat(query.Search is { } text ? [$"“{text}”"] : Array.Empty<string>()));
}
