using Purser.Server.Commands;

namespace Purser.Server.Web;

/// <summary>Why a form was refused: in general, and at which field. Shown by <c>PostForm</c> and its fields.</summary>
public sealed record FormErrors(string? General, IReadOnlyDictionary<string, string> Fields)
{
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    /// <summary>New each time: it remembers which fields a form has.</summary>
    public static FormErrors None => new(null, new Dictionary<string, string>());

    public FormErrors(string general) : this(general, None.Fields)
    {
    }

    public static FormErrors At(string field, string text) => new(null, new Dictionary<string, string> { [field] = text });

    /// <summary>At the field of that name in camel case where the refusal names one, otherwise above the form.</summary>
    public static FormErrors Of(Refusal refusal) => refusal.Field is { Length: > 0 } field
        ? At(char.ToLowerInvariant(field[0]) + field[1..], refusal.Detail)
        : new FormErrors(refusal.Detail);

    public bool Any => General is not null || Fields.Count > 0;

    /// <summary>The reasons that no field has asked for so far: they stand above the form's button, so that none is lost.</summary>
    public IEnumerable<string> Left => Fields.Where(one => !shown.Contains(one.Key)).Select(one => one.Value);

    public string? For(string field)
    {
        shown.Add(field);
        return Fields.GetValueOrDefault(field);
    }
}
