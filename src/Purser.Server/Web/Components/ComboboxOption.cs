namespace Purser.Server.Web.Components;

/// <summary>Also the shape that search addresses answer with, as JSON.</summary>
public sealed record ComboboxOption(string Value, string Text, string? Detail = null);
