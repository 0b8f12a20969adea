using System.Text.Json.Nodes;
using Purser.Cli.Rest;

namespace Purser.Cli.Apply;

/// <summary>The custom tags of a Smart Account. Values that the file does not name stay: nothing is ever removed.</summary>
internal sealed class AccountTags(EstateAccount account, RestClient api)
{
    private string Address => $"/api/v1/accounts/{account.Domain}/tags";

    public async Task<List<Change>> CompareAsync(CancellationToken cancel)
    {
        if (account.Tags.Count == 0)
        {
            return [];
        }

        var known = (await api.GetAsync(Address, cancel))["items"]!.AsArray();
        return [.. account.Tags.Select(tag => Compare(tag, known.FirstOrDefault(row => IsSame(row!["name"]!.GetValue<string>(), tag.Name)))).OfType<Change>()];
    }

    private Change? Compare(EstateAccount.Tag tag, JsonNode? row)
    {
        if (row is null)
        {
            return new Change('+', $"custom tag \"{tag.Name}\" in {account.Domain}: {string.Join(", ", tag.Values)}", tag.Line, inner =>
                api.PostAsync(Address, new { tag.Name, tag.Description, tag.Required, tag.Multiple, tag.Values }, inner));
        }

        var values = row["values"]!.AsArray().Select(value => value!["value"]!.GetValue<string>()).ToList();
        var all = values.Concat(tag.Values.Where(value => !values.Exists(present => IsSame(present, value)))).ToList();
        var description = tag.Description ?? row["description"]!.GetValue<string>();
        var differences = new[]
        {
            all.Count > values.Count ? $"values {string.Join(", ", all.Skip(values.Count))}" : null,
            description != row["description"]!.GetValue<string>() ? "description" : null,
            tag.Required != row["required"]!.GetValue<bool>() ? $"required {(tag.Required ? "yes" : "no")}" : null,
            tag.Multiple != row["multiple"]!.GetValue<bool>() ? $"multiple {(tag.Multiple ? "yes" : "no")}" : null,
        }.OfType<string>().ToList();
        return differences.Count == 0
            ? null
            : new Change('~', $"custom tag \"{tag.Name}\" in {account.Domain}: {string.Join(", ", differences)}", tag.Line, inner =>
                api.PutAsync($"{Address}/{row["id"]}", new { tag.Name, Description = description, tag.Required, tag.Multiple, Values = all }, inner));
    }

    /// <summary>Whether a virtual account has just these values.</summary>
    public static bool AreSame(IReadOnlyDictionary<string, IReadOnlyList<string>> wanted, JsonObject present) =>
        Flat(wanted.SelectMany(tag => tag.Value, (tag, value) => (tag.Key, value)))
            .SequenceEqual(Flat(present.SelectMany(tag => tag.Value!.AsArray(), (tag, value) => (tag.Key, value!.GetValue<string>()))), StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Flat(IEnumerable<(string Tag, string Value)> tags) =>
        tags.Select(tag => $"{tag.Tag}: {tag.Value}").Order(StringComparer.OrdinalIgnoreCase);

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
