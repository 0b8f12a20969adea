using System.Globalization;

namespace Purser.Server.Accounts.Pages;

/// <summary>The fields of a virtual account as they were typed.</summary>
public sealed record VirtualAccountForm(string Name, string Description, string AccessLevel, string ParentId)
{
    /// <summary>Custom tag → chosen values; null where the form had no fields for them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Tags { get; init; }

    /// <summary>The form's fields are named by the tags' numbers.</summary>
    public static VirtualAccountForm From(IFormCollection form, IReadOnlyList<TagView> tags) => From(form) with
    {
        Tags = tags.ToDictionary(tag => tag.Name, tag => (IReadOnlyList<string>)[.. form[TagRules.FieldOf(tag.Id)].OfType<string>().Where(value => value.Length > 0)]),
    };

    public static VirtualAccountForm From(IFormCollection form) =>
        new(form["name"].ToString(), form["description"].ToString(), form["accessLevel"].ToString(), form["parentId"].ToString());

    public static VirtualAccountForm Of(VirtualAccountView row) =>
        new(row.Name, row.Description, row.AccessLevel.ToString(), row.ParentId?.ToString(CultureInfo.InvariantCulture) ?? "") { Tags = row.Tags };

    public AccessLevel Level => Enum.TryParse<AccessLevel>(AccessLevel, out var level) && Enum.IsDefined(level) ? level : Accounts.AccessLevel.Public;

    /// <summary>Null where nothing was chosen; what is no number becomes one that no virtual account has.</summary>
    public long? Parent => ParentId.Length == 0 ? null
        : long.TryParse(ParentId, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0;
}
