namespace Purser.Server.Web.Components;

public sealed record Crumb(string Text, string Path);
