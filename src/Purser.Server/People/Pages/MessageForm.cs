using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Purser.Server.People.Pages;

/// <summary>A message as it was typed, and to whom it goes.</summary>
public sealed record MessageForm(string Subject, string Text, IReadOnlyList<long> People, long? Group)
{
    public static MessageForm From(IFormCollection form) => new(form["subject"].ToString(), form["text"].ToString(), Numbers(form["id"]), Number(form["group"]));

    public static MessageForm From(IQueryCollection query) => new("", "", Numbers(query["id"]), Number(query["group"]));

    internal static IReadOnlyList<long> Numbers(StringValues values) =>
        [.. values.Select(value => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct()];

    private static long? Number(StringValues value) => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : null;
}
