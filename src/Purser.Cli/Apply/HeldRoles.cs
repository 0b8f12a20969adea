using System.Text.Json.Nodes;

namespace Purser.Cli.Apply;

/// <summary>How far a role in a virtual account reaches: into what lies below it, or not. A file that says so narrows and widens it.</summary>
internal static class HeldRoles
{
    /// <param name="includesChildren">Null: the file does not say, so it stays.</param>
    public static bool Differ(JsonNode held, string? virtualAccount, bool? includesChildren) =>
        virtualAccount is not null && includesChildren is { } wanted && held["includesChildren"]!.GetValue<bool>() != wanted;

    public static string Words(bool? includesChildren) => $"{(includesChildren == true ? "with" : "without")} what lies below it";
}
