namespace Purser.Server.Web.Components;

/// <summary>The first item of a list of tabs is the one shown when the address names none.</summary>
public sealed record TabItem(string Key, string Text, long? Count = null);
